import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { connection } from '../../domain/connection.ts';
import { job } from '../../domain/job.ts';
import { user } from '../../domain/user.ts';
import type { ChangeRecords, RecordedChange } from '../../ports.ts';
import { image } from './attribute-value.ts';
import { parseRow } from './parse-row.ts';

/** A record of a table's stream as Lambda hands it over: docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const streamRecord = z.object({
  eventID: z.string(),
  eventSourceARN: z.string(),
  dynamodb: z.object({
    /** Epoch seconds. */
    ApproximateCreationDateTime: z.number(),
    Keys: z.object({ sk: z.object({ S: z.string() }) }),
    NewImage: image.optional(),
    OldImage: image.optional(),
  }),
});

/** Reads the records of the streams of users, connections and jobs. Which of the three it is of, the sort key of the row says. */
export const changeRecords: ChangeRecords = {
  read(record: unknown): RecordedChange {
    const { eventID, eventSourceARN, dynamodb } = parseRow('(a stream)', streamRecord, record);
    const { Keys, NewImage, OldImage, ApproximateCreationDateTime } = dynamodb;
    const at = new Date(Math.floor(ApproximateCreationDateTime) * 1000);
    // Where the engine is no AWS, an eventID is only unique within its table.
    const id = `${eventSourceARN}\n${eventID}`;
    const images = <S extends z.ZodType>(table: string, schema: S) => ({
      before: OldImage && parseRow(table, schema, unmarshall(OldImage)),
      after: NewImage && parseRow(table, schema, unmarshall(NewImage)),
    });
    switch (Keys.sk.S) {
      case 'USER':
        return { id, change: { kind: 'user', at, ...images('users', user) } };
      case 'CONNECTION':
        return { id, change: { kind: 'connection', at, ...images('connections', connection) } };
      case 'JOB':
        return { id, change: { kind: 'job', at, ...images('jobs', job) } };
      default:
        return { id, change: undefined };
    }
  },
};
