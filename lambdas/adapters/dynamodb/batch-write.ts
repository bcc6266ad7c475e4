import { BatchWriteCommand, type BatchWriteCommandInput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../../domain/errors.ts';
import { pause, type Backoff } from './backoff.ts';

export type BatchItem = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** DynamoDB's own limit for one call. Its other one, 16 MiB, is out of reach: 25 rows have less than 10. */
const itemsPerCall = 25;

/**
 * Writes and deletes rows, all of them but not at once: a reader may meet any part of it.
 * @throws AppError Internal when DynamoDB keeps handing items back unwritten
 */
export async function batchWrite(db: DynamoDBDocumentClient, table: string, items: readonly BatchItem[], backoff: Backoff): Promise<void> {
  for (let start = 0; start < items.length; start += itemsPerCall) {
    await writeCall(db, table, items.slice(start, start + itemsPerCall), backoff);
  }
}

async function writeCall(db: DynamoDBDocumentClient, table: string, items: BatchItem[], backoff: Backoff): Promise<void> {
  let rest = items;
  for (let attempt = 1; ; attempt++) {
    const { UnprocessedItems } = await db.send(new BatchWriteCommand({ RequestItems: { [table]: rest } }));
    rest = UnprocessedItems?.[table] ?? [];
    if (rest.length === 0) return;
    if (attempt === backoff.attempts) throw new AppError('Internal', `table ${table} left ${rest.length} rows of a batch unwritten; try again in a few seconds`, { retryAfterSeconds: 2 });
    await pause(backoff, attempt);
  }
}
