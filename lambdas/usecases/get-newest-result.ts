import { AppError } from '../domain/errors.ts';
import type { JobType } from '../domain/job.ts';
import type { Clock, ConnectionRepository, ResultRepository } from '../ports.ts';
import { findConnection } from './find-connection.ts';
import { readResult, type ResultPage } from './get-result.ts';

export interface GetNewestResult {
  readonly connections: Pick<ConnectionRepository, 'find'>;
  readonly results: Pick<ResultRepository, 'newest' | 'readHead' | 'readTransactions'>;
  readonly clock: Clock;
}

export interface NewestResultRequest {
  readonly merchantId: string;
  readonly connectionId: string;
  readonly type: JobType;
  /** Counted from the job's `completedAt`. */
  readonly maxAgeSeconds?: number | undefined;
  /** Of transactions; the first page is answered. */
  readonly limit: number;
}

/**
 * Reads the newest stored result of one kind, and which job brought it.
 * @throws AppError NotFound when there is none, or none that is young enough
 */
export async function getNewestResult(deps: GetNewestResult, request: NewestResultRequest): Promise<ResultPage & { jobId: string }> {
  const { merchantId, type } = request;
  const connection = await findConnection(deps.connections, merchantId, request.connectionId);
  const now = deps.clock.now();
  const newest = await deps.results.newest(merchantId, connection.id, type, now);
  const ageMs = newest === undefined ? 0 : now.getTime() - Date.parse(newest.completedAt);
  if (newest === undefined || ageMs > 1000 * (request.maxAgeSeconds ?? Infinity)) {
    throw new AppError('NotFound', `there is no ${type} result of that age: start a job`);
  }
  const result = await readResult(deps.results, { merchantId, jobId: newest.jobId }, { limit: request.limit }, now);
  if (result === undefined) throw new AppError('NotFound', `there is no ${type} result any more: start a job`);
  return { ...result, jobId: newest.jobId };
}
