import { AppError } from '../domain/errors.ts';
import type { Job, JobRef } from '../domain/job.ts';
import type { Clock, JobProgress, JobRepository, TaskTokens } from '../ports.ts';
import { findJob } from './find-job.ts';
import { releaseExecution } from './release-execution.ts';
import { wakeNextSibling } from './wake-next-sibling.ts';

export interface CancelJob {
  readonly jobs: JobRepository;
  readonly progress: JobProgress;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
}

/**
 * Ends a job at once and frees its connection. Upstream cannot cancel: what it still runs is for the next job of the same type and dates.
 * Canceling a canceled job tells its execution again, since the first call may have died in between.
 * @throws AppError NotFound; Conflict when the job ended otherwise
 */
export async function cancelJob(deps: CancelJob, { merchantId, jobId }: JobRef): Promise<Job> {
  const ref = { merchantId, jobId };
  await findJob(deps.jobs, ref);
  const ended = await deps.progress.end(ref, { status: 'canceled' }, deps.clock.now());
  const canceled = ended ?? (await findJob(deps.jobs, ref));
  if (canceled.status !== 'canceled') throw new AppError('Conflict', `a job that is ${canceled.status} cannot be canceled`);
  await releaseExecution(deps, canceled);
  // A repeat costs the siblings nothing: who was not told the first time looks again by itself.
  if (ended !== undefined) await wakeNextSibling(deps, ended);
  return canceled;
}
