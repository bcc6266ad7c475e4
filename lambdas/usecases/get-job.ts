import { AppError } from '../domain/errors.ts';
import { isOver, type Job } from '../domain/job.ts';
import type { Clock, Executions, JobRepository, Sleep } from '../ports.ts';
import { ensureStarted } from './ensure-started.ts';

export interface GetJob {
  readonly jobs: JobRepository;
  readonly executions: Executions;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** Between two reads of a long poll: short enough to be no delay of its own, long enough to cost a read a fifth of a second. */
const lookEveryMs = 200;

/**
 * Reads a job; with `waitSeconds`, waits until it ends or asks for MFA.
 * @throws AppError NotFound
 */
export async function getJob(deps: GetJob, request: { merchantId: string; jobId: string; waitSeconds?: number | undefined }): Promise<Job> {
  const until = deps.clock.now().getTime() + 1000 * (request.waitSeconds ?? 0);
  let job = await findJob(deps.jobs, request);
  let isStarted = await ensureStarted(deps, job);
  while (!isOver(job.status) && job.status !== 'awaiting_mfa' && deps.clock.now().getTime() < until) {
    await deps.sleep(lookEveryMs);
    job = await findJob(deps.jobs, request);
    isStarted ||= await ensureStarted(deps, job);
  }
  return job;
}

/** @throws AppError NotFound, also for another merchant's job */
export async function findJob(jobs: JobRepository, ref: { merchantId: string; jobId: string }): Promise<Job> {
  const job = await jobs.find({ merchantId: ref.merchantId, jobId: ref.jobId });
  if (job === undefined) throw new AppError('NotFound', 'there is no such job');
  return job;
}
