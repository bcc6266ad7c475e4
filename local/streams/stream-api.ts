import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { EngineClient } from '../dynamodb/engine-client.ts';

/** One change, as the engine's stream tells of it. */
export const streamRecord = z.looseObject({
  eventID: z.string(),
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: z.looseObject({ SequenceNumber: z.string(), NewImage: z.unknown().optional(), OldImage: z.unknown().optional() }),
});
export type StreamRecord = z.output<typeof streamRecord>;

const description = z.looseObject({
  StreamDescription: z.looseObject({ Shards: z.array(z.looseObject({ ShardId: z.string() })).default([]), LastEvaluatedShardId: z.string().optional() }),
});
const place = z.looseObject({ ShardIterator: z.string() });
const records = z.looseObject({ Records: z.array(streamRecord).default([]), NextShardIterator: z.string().nullish() });

/** The streams half of DynamoDB's API, as far as a mapping needs it. Every call throws an Error in the engine's own words. */
export function streamApi(engine: Pick<EngineClient, 'send'>) {
  const call = async <S extends z.ZodType>(operation: string, input: unknown, schema: S): Promise<z.output<S>> => {
    const reply = await engine.send(`DynamoDBStreams_20120810.${operation}`, JSON.stringify(input));
    const body = await text(reply);
    if (reply.statusCode !== 200) throw new Error(`${operation} of the DynamoDB engine failed: ${body.slice(0, 500)}`);
    return schema.parse(JSON.parse(body));
  };
  return {
    describeStream: (input: { StreamArn: string; ExclusiveStartShardId?: string }) => call('DescribeStream', input, description),
    getShardIterator: (input: { StreamArn: string; ShardId: string; ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' }) => call('GetShardIterator', input, place),
    getRecords: (input: { ShardIterator: string; Limit: number }) => call('GetRecords', input, records),
  };
}
