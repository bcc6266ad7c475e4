import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { AppError } from '../domain/errors.ts';
import { MachineExit } from '../domain/job-machine.ts';
import { logger } from './logger.ts';

/**
 * Builds a task of the state machine. Its ways out are error names that the machine catches; a fault of ours leaves as `Internal`
 * without its own text, because the name and the text of an error stand in the execution's history.
 * Dependencies load on the first call, so importing a handler file in a test has no side effect.
 */
export function task<S extends z.ZodType, D, R>(schema: S, run: (deps: D, input: z.output<S>, context: Pick<Context, 'awsRequestId'>) => Promise<R>) {
  return (load: () => D) =>
    async (event: unknown, context: Context): Promise<R> => {
      const input = schema.safeParse(event);
      if (!input.success) throw new AppError('Internal', `the machine's input does not fit at ${input.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
      try {
        return await run(load(), input.data, context);
      } catch (error) {
        if (error instanceof MachineExit || (error instanceof AppError && error.code !== 'Internal')) {
          logger.info('task left by a named way out', { exit: error.name, function: context.functionName });
          throw error;
        }
        logger.error('task failed', { function: context.functionName, ...faultOf(error) });
        throw new AppError('Internal', 'a fault of this deployment: look for the request id in the logs');
      }
    };
}

/** What may be logged of an unknown error: its name and where it was thrown, never its text, which may quote data. */
export function faultOf(error: unknown): { error: string; frames: string[] } {
  if (!(error instanceof Error)) return { error: typeof error, frames: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return { error: error.name, frames: frames.map((line) => line.trim()) };
}
