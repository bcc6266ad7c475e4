import type { Job } from '../domain/job.ts';
import type { Clock, Executions } from '../ports.ts';

/** A job that is queued for longer lost its start; the repeat is harmless, since the execution is named after the job. */
const startLostMs = 5_000;

/**
 * Starts the execution of a job that should long have one. Every join, replay and read of a job does this.
 * @returns whether that was necessary
 */
export async function ensureStarted(deps: { readonly executions: Executions; readonly clock: Clock }, job: Job): Promise<boolean> {
  if (job.status !== 'queued' || deps.clock.now().getTime() - Date.parse(job.createdAt) <= startLostMs) return false;
  await deps.executions.start({ merchantId: job.merchantId, jobId: job.id });
  return true;
}
