import { AppError } from '../domain/errors.ts';
import type { Job, JobRef } from '../domain/job.ts';
import type { JobRepository } from '../ports.ts';

/** @throws AppError NotFound, also for another merchant's job */
export async function findJob(jobs: Pick<JobRepository, 'find'>, { merchantId, jobId }: JobRef): Promise<Job> {
  const job = await jobs.find({ merchantId, jobId });
  if (job === undefined) throw new AppError('NotFound', 'there is no such job');
  return job;
}
