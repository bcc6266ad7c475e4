import type { Job } from '../domain/job.ts';
import type { ConnectionRepository, JobFilter, JobRepository, Page, PageRequest } from '../ports.ts';
import { findConnection } from './find-connection.ts';

export interface ListJobs {
  readonly jobs: JobRepository;
  readonly connections: ConnectionRepository;
}

/**
 * Lists jobs, newest first: all of a merchant's, or those of one connection.
 * @throws AppError NotFound when the connection is not this merchant's
 */
export async function listJobs(deps: ListJobs, request: { merchantId: string; filter: JobFilter; page: PageRequest }): Promise<Page<Job>> {
  const { connectionId } = request.filter;
  if (connectionId !== undefined) await findConnection(deps.connections, request.merchantId, connectionId);
  return deps.jobs.list(request.merchantId, request.filter, request.page);
}
