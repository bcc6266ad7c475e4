import type { Job } from '../domain/job.ts';
import type { Clock, Executions } from '../ports.ts';

export interface EnsureStarted {
  readonly executions: Executions;
  readonly clock: Clock;
}

/** A job that is queued for longer lost its start; the repeat is harmless, since the execution is named after the job. */
const startLostMs = 5_000;

/** The same for every join, replay and read of a job: none of them fails because its start does, which the next one tries again, or the sweep. */
export async function startIfLost(deps: EnsureStarted, job: Job): Promise<boolean> {
  return ensureStarted(deps, job).catch(() => false);
}

/**
 * Starts the execution of a job that should long have one.
 * @returns whether that was necessary
 */
export async function ensureStarted(deps: EnsureStarted, job: Job): Promise<boolean> {
  if (job.status !== 'queued' || deps.clock.now().getTime() - Date.parse(job.createdAt) <= startLostMs) return false;
  await deps.executions.start({ merchantId: job.merchantId, jobId: job.id });
  return true;
}
