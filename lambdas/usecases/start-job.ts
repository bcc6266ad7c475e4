import type { Connection } from '../domain/connection.ts';
import { AppError } from '../domain/errors.ts';
import type { Job, JobType } from '../domain/job.ts';
import type { Clock, ConnectionRepository, Counters, Executions, Ids, JobRepository, KeptReply, UpstreamAccounts } from '../ports.ts';
import { startIfLost } from './ensure-started.ts';
import { findConnection } from './find-connection.ts';
import { refreshConnection } from './refresh-connection.ts';

export interface StartJob {
  readonly connections: ConnectionRepository;
  readonly jobs: JobRepository;
  readonly accounts: UpstreamAccounts;
  readonly executions: Executions;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'job'>;
}

export interface StartJobRequest {
  readonly merchantId: string;
  readonly connectionId: string;
  readonly type: JobType;
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
  readonly reference?: string | undefined;
  readonly retryOf?: string | undefined;
  /** Makes the reply that the request's idempotency key will repeat; it is stored in the transaction that stores the job. */
  readonly kept?: ((job: Job) => KeptReply) | undefined;
}

/** How long a marked connection is believed before a start reads it again. */
const believedMs = 60_000;
const dayMs = 86_400_000;
/** Upstream's own default window (aerosync-api.md §4.2). */
const defaultDays = 90;

/**
 * Stores the job, then starts its execution: a crash in between leaves a queued row that a read, a join or the sweep starts.
 * @throws AppError NotFound, UserActionRequired, NotAvailable
 */
export async function startJob(deps: StartJob, request: StartJobRequest): Promise<{ job: Job; joined: boolean }> {
  const connection = await usableConnection(deps, request);
  const job = queuedJob(deps, request, connection);
  const created = await deps.jobs.create(job, request.kept?.(job));
  switch (created.outcome) {
    case 'created':
      // The job is accepted and stored: what starts it, should this fail, is the next read of it, or the sweep.
      await deps.executions.start({ merchantId: job.merchantId, jobId: job.id }).catch(() => deps.counters.count('ExecutionStartFailed'));
      return { job, joined: false };
    case 'joined':
      await startIfLost(deps, created.job);
      return { job: created.job, joined: true };
    case 'connection_unusable':
      throw new AppError('UserActionRequired', 'the connection was marked just now: read it again, then reconnect it in the widget');
    case 'connection_gone':
      // It is judged anew: not there any more, or saved anew.
      return startJob(deps, request);
  }
}

async function usableConnection(deps: StartJob, request: StartJobRequest): Promise<Connection> {
  const stored = await findConnection(deps.connections, request.merchantId, request.connectionId);
  const connection = needsReading(stored, deps.clock.now()) ? await refreshConnection(deps, stored) : stored;
  if (connection.status === 'reconnect_required' || connection.status === 'revoked') {
    throw new AppError('UserActionRequired', 'the connection is marked as broken: open the widget with the purpose reconnect, then save its payload');
  }
  if (request.type === 'balance' && connection.canFetchBalance === false) {
    throw new AppError('NotAvailable', 'canFetchBalance is false on this connection: choose another account');
  }
  return connection;
}

/** A healthy connection is believed; one that is marked, or could not be read, is read again, once a minute at most. */
function needsReading(connection: Connection, now: Date): boolean {
  if (connection.status === 'connected') return false;
  return connection.checkedAt === null || now.getTime() - Date.parse(connection.checkedAt) >= believedMs;
}

function queuedJob(deps: StartJob, request: StartJobRequest, connection: Connection): Job {
  const now = deps.clock.now().toISOString();
  return {
    merchantId: request.merchantId,
    id: deps.ids.job(),
    connectionId: connection.id,
    connectionGeneration: connection.generation,
    userId: connection.userId,
    type: request.type,
    ...datesOf(request, deps.clock.now()),
    reference: request.reference ?? null,
    retryOf: request.retryOf ?? null,
    status: 'queued',
    attempts: 0,
    upstreamJobId: null,
    intent: null,
    signalSeq: 0,
    heardSeq: 0,
    signalRank: 0,
    signal: null,
    signalDigest: null,
    waitToken: null,
    waitState: null,
    mfaExpiresAt: null,
    resumes: 0,
    heardResumes: 0,
    failure: null,
    createdAt: now,
    updatedAt: now,
    completedAt: null,
    resultExpiresAt: null,
    timeline: [{ at: now, event: 'accepted' }],
  };
}

/** Always stored whole, so that two starts without dates on one day are one job. */
function datesOf(request: StartJobRequest, now: Date): Pick<Job, 'startDate' | 'endDate'> {
  if (request.type !== 'transactions') return { startDate: null, endDate: null };
  const endDate = request.endDate ?? day(now);
  const startDate = request.startDate ?? day(new Date(Date.parse(endDate) - defaultDays * dayMs));
  if (startDate > endDate) throw new AppError('InvalidRequest', 'startDate must not be after endDate', { errors: [{ path: 'startDate', message: 'must not be after endDate' }] });
  return { startDate, endDate };
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
