import type { Connection } from '../bank/connections.ts';
import { isDay, type Window } from '../bank/days.ts';
import { transactionsOf, type Transaction } from '../bank/ledger.ts';
import { Decimal, type Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeConnection } from './authorize.ts';
import { aerosyncRefusal } from './refusals.ts';

/**
 * GET /v2/accounts/{connectionId}/transactions, by `job_id` (newest documents) or by `start_date` and `end_date` (older ones).
 * By dates it sends what completed jobs have fetched, and nothing before the first of them. Contradiction 14.
 */
export function readTransactions(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'GET',
    path: '/v2/accounts/:connectionId/transactions',
    run(request) {
      const connection = authorizeConnection(simulation, request);
      if (connection.scenario.manual) throw aerosyncRefusal('AC-105');
      const jobId = simulation.contradictions.side(14) === 'A' ? null : request.query.get('job_id');
      const transactions =
        jobId === null ? fetchedBetween(simulation, connection, readDates(request.query)) : transactionsOf(connection, windowOfJob(simulation, connection, jobId));
      return { status: 200, body: { status: 'success', statusCode: 200, transactions: transactions.map(showTransaction) } };
    },
  };
}

/** AC-102 for a job this connection does not have; AC-100 for one of another kind or one that has not completed. */
function windowOfJob({ jobs }: Simulation, connection: Connection, jobId: string): Window {
  const job = jobs.withId(jobId);
  if (job?.connection !== connection) throw aerosyncRefusal('AC-102');
  if (job.window === undefined || job.state !== 'completed') throw aerosyncRefusal('AC-100', 'job_id must name a completed transaction job');
  return job.window;
}

function readDates(query: URLSearchParams): Window {
  const startDate = query.get('start_date') ?? '';
  const endDate = query.get('end_date') ?? '';
  if (!isDay(startDate) || !isDay(endDate)) throw aerosyncRefusal('AC-100', 'job_id, or start_date and end_date of the form YYYY-MM-DD, are required');
  if (startDate > endDate) throw aerosyncRefusal('AC-100', 'start_date must not be after end_date');
  return { startDate, endDate };
}

function fetchedBetween({ jobs }: Simulation, connection: Connection, dates: Window): Transaction[] {
  const fetched = jobs.of(connection).flatMap((job) => (job.state === 'completed' && job.window !== undefined ? [job.window] : []));
  return transactionsOf(connection, dates).filter(({ day }) => fetched.some((window) => day >= window.startDate && day <= window.endDate));
}

function showTransaction({ id, type, day, amount, currency, description, category, subcategory }: Transaction): Json {
  return { id, type, date: `${day}T12:00:00Z`, amount: new Decimal(amount), currency, description, category, subcategory };
}
