import { AppError } from '../domain/errors.ts';
import type { Job, JobRef } from '../domain/job.ts';
import { MachineExit } from '../domain/job-machine.ts';
import type { Clock, JobCompletion, JobProgress, JobRepository, ResultRepository, StoredResult, TaskTokens, UpstreamData, UpstreamJobs } from '../ports.ts';
import { datesOf } from './create-upstream-job.ts';
import { wakeNextSibling } from './wake-next-sibling.ts';

export interface FetchResultRequest extends JobRef {
  /** What is left of the job's own time. */
  readonly secondsLeft: number;
}

export interface FetchResult {
  readonly jobs: JobRepository;
  readonly progress: JobProgress;
  readonly completion: JobCompletion;
  readonly upstream: UpstreamJobs;
  readonly results: ResultRepository;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
  /** How long results are kept. */
  readonly resultDays: number;
}

/**
 * Reads the finished job's data, stores it, then completes the job and frees its claim in one transaction. Safe to repeat.
 * @throws MachineExit JobOver
 * @throws AppError UpstreamUnavailable, UpstreamThrottled (both repeated by the machine while there is time), JobTimedOut, and every refusal of upstream
 */
export async function fetchResult(deps: FetchResult, { secondsLeft, ...ref }: FetchResultRequest): Promise<void> {
  const deadline = new Date(deps.clock.now().getTime() + secondsLeft * 1000);
  const job = await deps.progress.startFetching(ref, deps.clock.now());
  if (job === undefined) return leave(deps, ref);
  const data = await read(deps, job, deadline);
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + deps.resultDays * 86_400_000);
  await deps.results.store(ref, resultOf(job, data, now), expiresAt);
  const ended = await deps.completion.complete(ref, expiresAt, now);
  if (ended === undefined) return leave(deps, ref);
  await wakeNextSibling(deps, ended);
}

/** The job ended elsewhere. Unless it was an earlier run of this task that completed it, nobody may get what is stored. */
async function leave(deps: FetchResult, ref: JobRef): Promise<never> {
  const job = await deps.jobs.find(ref);
  if (job?.status !== 'completed') await deps.results.remove(ref);
  throw new MachineExit('JobOver');
}

async function read(deps: FetchResult, job: Job, deadline: Date): Promise<UpstreamData> {
  if (job.upstreamJobId === null) throw new Error('a job without an upstream id cannot be fetched');
  try {
    return await deps.upstream.readData(job.merchantId, job.connectionId, job.upstreamJobId, job.type, datesOf(job));
  } catch (error) {
    const mayPass = error instanceof AppError && (error.code === 'UpstreamUnavailable' || error.code === 'UpstreamThrottled');
    if (mayPass && deps.clock.now() >= deadline) throw new AppError('JobTimedOut', 'upstream did not hand the data over in time: start a new job later', { cause: error });
    if (error instanceof AppError) await deps.progress.noteFailure({ merchantId: job.merchantId, jobId: job.id }, { code: error.code, upstreamCode: error.details.upstreamCode ?? null });
    throw error;
  }
}

function resultOf(job: Job, data: UpstreamData, readAt: Date): StoredResult {
  const common = { jobId: job.id, connectionId: job.connectionId, asOf: data.asOf ?? readAt.toISOString() };
  switch (data.type) {
    case 'balance':
      return { head: { ...data, ...common } };
    case 'identity':
      return { head: { ...data, ...common } };
    case 'transactions': {
      const dates = datesOf(job);
      if (dates === null) throw new Error('a transactions job always has its days');
      return { head: { type: data.type, ...common, ...dates }, items: data.items };
    }
  }
}
