import { TransactionCanceledException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AppError } from '../../domain/errors.ts';
import { pause, type Backoff } from './backoff.ts';

/** Other writes kept the rows of this one busy to the end of its patience. Nothing was written. */
export class RowsBusy extends AppError {
  constructor() {
    // Without a cause: a cancelled transaction carries whole rows.
    super('Internal', 'other writes kept the same rows busy; try again in a few seconds', { retryAfterSeconds: 2 });
  }
}

/** Reasons of a cancelled transaction that say nothing of its conditions. */
const busyReasons: ReadonlySet<string | undefined> = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded']);

/**
 * Makes every command of a client survive meeting a transaction on the same row. The SDK repeats single calls that were throttled,
 * but neither a cancelled transaction nor a write that a transaction was in the way of.
 * A cancelled transaction has written nothing, so each repeat goes out under a ClientRequestToken of its own.
 */
export function retryConflicts(client: DynamoDBClient, backoff: Backoff): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await next(args);
        } catch (error) {
          if (!isBusy(error)) throw error;
          if (attempt === backoff.attempts) throw new RowsBusy();
          await pause(backoff, attempt);
        }
      }
    },
    { step: 'initialize', name: 'retryConflicts' },
  );
}

function isBusy(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) return (error.CancellationReasons ?? []).some(({ Code }) => busyReasons.has(Code));
  // In progress: the SDK has repeated a transaction whose reply was late, and the first one still runs.
  return error instanceof Error && (error.name === 'TransactionConflictException' || error.name === 'TransactionInProgressException');
}
