import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { AppError } from '../domain/errors.ts';
import { issuePaths } from '../domain/issue-paths.ts';
import { MachineExit } from '../domain/job-machine.ts';
import { createLog, describeError } from './logger.ts';

/**
 * Builds a task of the state machine, or the target of an event. Its ways out are error names that the machine catches; a fault of ours
 * leaves as `Internal` without its own text, because the name and the text of an error stand in the execution's history.
 * Dependencies load on the first call, so importing a handler file in a test has no side effect.
 */
export function task<S extends z.ZodType, D, R>(name: string, schema: S, run: (deps: D, input: z.output<S>, context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>) => Promise<R>) {
  const log = createLog(name);
  return (load: () => D) =>
    async (event: unknown, context: Context): Promise<R> => {
      const input = schema.safeParse(event);
      if (!input.success) {
        const message = `the input of ${name} does not fit at ${issuePaths(input.error, '(input)')}`;
        log.error('refused', { reason: message });
        throw new AppError('Internal', message);
      }
      try {
        return await run(load(), input.data, context);
      } catch (error) {
        if (error instanceof MachineExit || (error instanceof AppError && error.code !== 'Internal')) {
          log.info('left by a named way out', { exit: error.name, ...idsOf(event) });
          throw error;
        }
        log.error('failed', { ...idsOf(event), ...describeError(error) });
        throw new AppError('Internal', 'a fault of this deployment: look for the job in the logs');
      }
    };
}

const ids = z.object({ merchantId: z.string(), jobId: z.string() });

/** So that an operator finds the lines of one job. */
function idsOf(event: unknown): { merchantId?: string; jobId?: string } {
  return ids.safeParse(event).data ?? {};
}
