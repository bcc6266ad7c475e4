import { isOver, type Job, type JobRef } from '../domain/job.ts';
import type { Clock, Executions, JobRepository, LongPolls, Sleep } from '../ports.ts';
import { startIfLost } from './ensure-started.ts';
import { findJob } from './find-job.ts';

export interface GetJob {
  readonly jobs: JobRepository;
  readonly executions: Executions;
  readonly longPolls: LongPolls;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

export interface FoundJob {
  readonly job: Job;
  /** Set when the caller was not let wait, because too many of the merchant's do already: seconds after which to ask again. */
  readonly retryAfterSeconds?: number;
}

/** Between two reads of a long poll: short enough to be no delay of its own, long enough to cost a read a fifth of a second. */
const lookEveryMs = 200;
/** Callers of one merchant who may wait at the same time (api.md, "Lists"): a flood of them must leave room for the others. */
const waitsPerMerchant = 100;
const askAgainSeconds = 2;

/**
 * Reads a job; with `waitSeconds`, waits until it ends or asks for MFA.
 * @throws AppError NotFound
 */
export async function getJob(deps: GetJob, { waitSeconds = 0, ...ref }: JobRef & { readonly waitSeconds?: number | undefined }): Promise<FoundJob> {
  const job = await findJob(deps.jobs, ref);
  const isStarted = await startIfLost(deps, job);
  if (waitSeconds === 0 || isWorthTelling(job)) return { job };
  // The places are bookkeeping: where they cannot be read, the job that was read is answered as if none were free.
  const place = await deps.longPolls.take(ref.merchantId, waitsPerMerchant, deps.clock.now()).catch(() => undefined);
  if (place === undefined) return { job, retryAfterSeconds: askAgainSeconds };
  try {
    return { job: await waitFor(deps, job, isStarted, deps.clock.now().getTime() + 1000 * waitSeconds) };
  } finally {
    // Left too late, it becomes free by itself.
    await deps.longPolls.leave(place).catch(() => undefined);
  }
}

async function waitFor(deps: GetJob, first: Job, startedBefore: boolean, until: number): Promise<Job> {
  let job = first;
  let isStarted = startedBefore;
  while (!isWorthTelling(job) && deps.clock.now().getTime() < until) {
    await deps.sleep(lookEveryMs);
    job = await findJob(deps.jobs, { merchantId: job.merchantId, jobId: job.id });
    isStarted ||= await startIfLost(deps, job);
  }
  return job;
}

function isWorthTelling({ status }: Job): boolean {
  return isOver(status) || status === 'awaiting_mfa';
}
