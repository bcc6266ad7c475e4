import { isDeepStrictEqual } from 'node:util';
import type { EngineClient } from '../dynamodb/engine-client.ts';
import { describedTable } from '../dynamodb/table-properties.ts';
import type { Functions } from '../functions/functions.ts';
import { pause } from '../functions/pause.ts';
import type { OutputLine } from '../functions/function-worker.ts';
import type { Authorize } from '../iam/authorize.ts';
import type { Identities } from '../iam/identities.ts';
import { LocalCloudError } from '../local-cloud-error.ts';
import type { Clock } from '../states/clock.ts';
import { deliverBatch, type Delivery } from './deliver-batch.ts';
import type { Mapping } from './mapping-properties.ts';
import type { StreamRecord } from './stream-api.ts';
import { createStreamReader, type StreamReader } from './stream-reader.ts';

export interface EventSourceMappings {
  /** Starts reading. Rejects with a LocalCloudError where a function may not read its stream. */
  start(): Promise<void>;
  /** Hands nothing on any more. */
  close(): void;
}

export interface EventSourceMappingsSettings {
  readonly mappings: readonly Mapping[];
  readonly dynamodb: EngineClient;
  readonly functions: Functions;
  readonly identities: Identities;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly onOutput: (line: OutputLine) => void;
}

/** Between two looks at a stream that had nothing new. */
const idleMs = 200;
/** Lambda fills an event up to 6 MB; the rest is for the signs around the records. */
const maxBatchBytes = 6_000_000;
/** What AWS asks of the function's role before it makes a mapping. */
const operations = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

/** Reads the streams of tables for functions, one batch after the other for each mapping. */
export function createEventSourceMappings({ mappings, dynamodb, functions, identities, authorize, clock, onOutput }: EventSourceMappingsSettings): EventSourceMappings {
  const leaving = new AbortController();

  const openStream = async (mapping: Mapping): Promise<StreamReader> => {
    const identity = identities.ofFunction(mapping.definition.name, mapping.definition.roleArn);
    for (const operation of operations) {
      const decision = authorize({ identity, service: 'dynamodb', operation, request: () => ({ StreamArn: mapping.streamArn }) });
      if (!decision.allowed) throw new LocalCloudError(`${mapping.where} may not read its stream: ${decision.message}`);
    }
    const answer = await dynamodb.call('DescribeTable', { TableName: mapping.tableName });
    const streamArn = answer.ok ? describedTable.safeParse(answer.output).data?.Table.LatestStreamArn : undefined;
    if (streamArn === undefined) throw new LocalCloudError(`The DynamoDB engine does not tell of the stream of ${mapping.tableName} that ${mapping.where} reads.`);
    return createStreamReader(dynamodb, { streamArn, start: mapping.start });
  };

  const run = async (mapping: Mapping, reader: StreamReader): Promise<void> => {
    const { definition, filters } = mapping;
    const say = (text: string) => onOutput({ functionName: definition.name, stream: 'stderr', text });
    const delivery = {
      mapping,
      invoke: (event: string) => functions.invoke(definition.arn, event),
      now: () => clock.now(),
      pause: (ms: number) => pause(clock, ms, leaving.signal),
      closing: () => leaving.signal.aborted,
      giveUp: (records: number, reason: string) => say(`${records} of the changes of ${mapping.tableName} were given up: ${reason}`),
    };
    let isReadable = true;
    while (!leaving.signal.aborted) {
      let records: StreamRecord[] = [];
      try {
        records = await reader.next(mapping.batchSize);
        isReadable = true;
      } catch (error) {
        if (isReadable && !delivery.closing()) say(`The changes of ${mapping.tableName} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
        isReadable = false;
      }
      const wanted = records.filter((record) => isChange(record) && (filters.length === 0 || filters.some((fits) => fits(record))));
      for (const batch of batchesOf(wanted.map((record) => toDelivery(record, mapping, clock.now())))) await deliverBatch(delivery, batch);
      if (records.length === 0) await pause(clock, idleMs, leaving.signal);
    }
  };

  return {
    start: async () => {
      const readers = await Promise.all(mappings.map(async (mapping) => ({ mapping, reader: await openStream(mapping) })));
      for (const { mapping, reader } of readers) void run(mapping, reader);
    },
    close: () => leaving.abort(),
  };
}

/** A write that leaves everything as it was is in no stream of AWS, but in that of an engine. */
function isChange({ dynamodb: { NewImage, OldImage } }: StreamRecord): boolean {
  return NewImage === undefined || !isDeepStrictEqual(NewImage, OldImage);
}

function toDelivery(record: StreamRecord, { streamArn, definition }: Mapping, readAt: number): Delivery {
  return { sequenceNumber: record.dynamodb.SequenceNumber, readAt, record: { ...record, eventSource: 'aws:dynamodb', awsRegion: definition.region, eventSourceARN: streamArn } };
}

function batchesOf(deliveries: readonly Delivery[]): Delivery[][] {
  const batches: Delivery[][] = [];
  let bytes = Infinity;
  for (const delivery of deliveries) {
    const size = Buffer.byteLength(JSON.stringify(delivery.record)) + 1;
    bytes += size;
    if (bytes > maxBatchBytes) {
      batches.push([]);
      bytes = size;
    }
    batches.at(-1)?.push(delivery);
  }
  return batches;
}
