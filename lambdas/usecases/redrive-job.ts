import { AppError } from '../domain/errors.ts';
import type { Job, JobRef } from '../domain/job.ts';
import { findJob } from './find-job.ts';
import { startJob, type StartJob, type StartJobRequest } from './start-job.ts';

/**
 * Starts a job anew that failed or expired: a new job of the same type, dates and reference that names the old one.
 * @throws AppError NotFound; Conflict when the job did not fail or expire; and what a start throws
 */
export async function redriveJob(deps: StartJob, { merchantId, jobId, kept }: JobRef & Pick<StartJobRequest, 'kept'>): Promise<{ job: Job; joined: boolean }> {
  const failed = await findJob(deps.jobs, { merchantId, jobId });
  if (failed.status !== 'failed' && failed.status !== 'expired') throw new AppError('Conflict', `a job that is ${failed.status} is not started anew: only one that failed or expired is`);
  return startJob(deps, {
    merchantId,
    connectionId: failed.connectionId,
    type: failed.type,
    startDate: failed.startDate ?? undefined,
    endDate: failed.endDate ?? undefined,
    reference: failed.reference ?? undefined,
    retryOf: failed.id,
    kept,
  });
}
