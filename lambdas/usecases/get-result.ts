import { AppError } from '../domain/errors.ts';
import type { Job, JobRef } from '../domain/job.ts';
import type { BalanceResult, IdentityResult, Transaction, TransactionsHead } from '../domain/results.ts';
import type { Clock, JobRepository, Page, PageRequest, ResultRepository } from '../ports.ts';
import { findJob } from './find-job.ts';

export interface GetResult {
  readonly jobs: Pick<JobRepository, 'find'>;
  readonly results: Pick<ResultRepository, 'readHead' | 'readTransactions'>;
  readonly clock: Clock;
}

/** A result as far as it was asked for: of transactions, one page. */
export type ResultPage = { readonly head: BalanceResult | IdentityResult } | { readonly head: TransactionsHead; readonly page: Page<Transaction> };

/**
 * Reads what a completed job brought.
 * @throws AppError NotFound, Conflict while the job is not completed, ResultExpired
 */
export async function getResult(deps: GetResult, request: JobRef & { page: PageRequest }): Promise<ResultPage> {
  const ref = { merchantId: request.merchantId, jobId: request.jobId };
  const job = await findJob(deps.jobs, ref);
  if (job.status !== 'completed') throw new AppError('Conflict', `the job is ${job.status}: only a completed one has a result`);
  const now = deps.clock.now();
  if (isExpired(job, now)) throw new AppError('ResultExpired', 'the result is no longer kept: start a new job');
  const result = await readResult(deps.results, ref, request.page, now);
  if (result === undefined) throw new AppError('NotFound', 'the result was removed with its connection');
  return result;
}

/** Undefined when nothing is stored under the job, or no longer. */
export async function readResult(results: GetResult['results'], ref: JobRef, page: PageRequest, now: Date): Promise<ResultPage | undefined> {
  const head = await results.readHead(ref, now);
  if (head === undefined) return undefined;
  if (head.type !== 'transactions') return { head };
  const read = await results.readTransactions(ref, page);
  return read && { head, page: read };
}

function isExpired({ resultExpiresAt }: Job, now: Date): boolean {
  return resultExpiresAt !== null && Date.parse(resultExpiresAt) <= now.getTime();
}
