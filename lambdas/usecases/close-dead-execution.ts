import type { JobRef } from '../domain/job.ts';
import type { Clock, JobProgress, JobRepository, TaskTokens } from '../ports.ts';
import { endOf } from './record-failure.ts';
import { wakeNextSibling } from './wake-next-sibling.ts';

export interface CloseDeadExecution {
  readonly jobs: JobRepository;
  readonly progress: JobProgress;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
}

/**
 * Ends a job whose execution died without ending it: stopped from outside, past its own limit, or failed where nothing was caught.
 * A job that is over already stays as it is.
 * @returns whether the job had to be closed
 */
export async function closeDeadExecution(deps: CloseDeadExecution, ref: JobRef, timedOut: boolean): Promise<boolean> {
  const ended = await deps.progress.end(ref, endOf({ code: timedOut ? 'JobTimedOut' : 'Internal', upstreamCode: null }), deps.clock.now());
  if (ended === undefined) return false;
  await wakeNextSibling(deps, ended);
  return true;
}
