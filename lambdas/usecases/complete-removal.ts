import { isOver, type Job } from '../domain/job.ts';
import type { Clock, ConnectionRemovals, JobProgress, JobRepository, Removal, ResultRepository, TaskTokens } from '../ports.ts';
import { inBatches } from './in-batches.ts';
import { releaseExecution } from './release-execution.ts';

export interface CompleteRemoval {
  readonly jobs: Pick<JobRepository, 'list' | 'running'>;
  readonly progress: Pick<JobProgress, 'end'>;
  readonly results: Pick<ResultRepository, 'remove' | 'forgetNewest'>;
  readonly removals: Pick<ConnectionRemovals, 'advance' | 'finish'>;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
}

/** How many jobs are looked at in one page. */
const pageSize = 200;
/** Of them, side by side. */
const atOnce = 10;
const longestWaitMs = 16 * 60_000;

/**
 * Takes away what belongs to a connection that is gone: its running jobs end as canceled, their results and those of ended jobs are removed.
 * Safe to repeat from any point, and goes on with the page of jobs where it stopped. What belongs to the same connection saved anew stays.
 */
export async function completeRemoval(deps: CompleteRemoval, removal: Removal): Promise<void> {
  const { merchantId, connectionId } = removal;
  for (const job of await deps.jobs.running(merchantId, connectionId)) {
    if (!isOf(removal, job)) continue;
    const ended = await deps.progress.end({ merchantId, jobId: job.id }, { status: 'canceled' }, deps.clock.now());
    if (ended !== undefined) await releaseExecution(deps, ended);
  }
  let { position } = removal;
  do {
    const page = await deps.jobs.list(merchantId, { connectionId }, { limit: pageSize, position });
    const jobs = page.items.filter((job) => isOf(removal, job));
    await inBatches(jobs.filter((job) => mayBeParked(job, deps.clock.now())), atOnce, (job) => releaseExecution(deps, job));
    await inBatches(jobs.filter((job) => mayHaveResult(job, deps.clock.now())), atOnce, ({ id: jobId }) => deps.results.remove({ merchantId, jobId }));
    await deps.results.forgetNewest(merchantId, connectionId, new Set(jobs.map(({ id }) => id)));
    position = page.position;
    if (position !== undefined) await deps.removals.advance(removal, position);
  } while (position !== undefined);
  await deps.removals.finish(removal);
}

/** Whoever canceled it may have died before its execution was told; telling it twice changes nothing. No wait is longer than this. */
function mayBeParked({ status, waitToken, completedAt }: Job, now: Date): boolean {
  return status === 'canceled' && waitToken !== null && completedAt !== null && now.getTime() - Date.parse(completedAt) < longestWaitMs;
}

/** Not by time: clocks differ, and a job may be accepted in the moment in which the removal begins. */
function isOf(removal: Removal, job: Job): boolean {
  return job.connectionGeneration === removal.generation;
}

/** A list lags: what it shows as running may have completed since. One that ended badly may have stored its data before. */
function mayHaveResult(job: Job, now: Date): boolean {
  if (job.status !== 'completed') return !isOver(job.status) || job.timeline.some(({ event }) => event === 'fetching');
  return job.resultExpiresAt === null || Date.parse(job.resultExpiresAt) > now.getTime();
}
