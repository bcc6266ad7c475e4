import * as z from 'zod';
import { AppError } from '../domain/errors.ts';
import { describeError, type Log } from '../runtime/logger.ts';
import { publishDependencies } from '../runtime/publish-dependencies.ts';
import { task } from '../runtime/task.ts';
import { publishEvents, type PublishEvents } from '../usecases/publish-events.ts';

/** A batch of a table's stream. Of a record only its number is read here: whatever else is wrong with it is this record's own failure. */
const batch = z.object({ Records: z.array(z.looseObject({ dynamodb: z.looseObject({ SequenceNumber: z.string().min(1) }) })) });

/** Makes events of the changes of users, connections and jobs. Lambda sends those that it names again, and everything behind them. */
export const publish = task('publish', batch, async (deps: PublishEvents & { readonly log: Log }, { Records }) => {
  const unpublished = await publishEvents(deps, Records);
  return {
    batchItemFailures: unpublished.map(({ index, error }) => {
      const itemIdentifier = Records[index]?.dynamodb.SequenceNumber ?? '';
      deps.log.error('an event is not published', { sequenceNumber: itemIdentifier, ...(error instanceof AppError && { reason: error.message }), ...describeError(error) });
      return { itemIdentifier };
    }),
  };
});

export const handler = publish(publishDependencies);
