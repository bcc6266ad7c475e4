import type { AnyJobEnd } from '../../lambdas/adapters/dynamodb/job-end.ts';
import { isOver, mfaSignalCap, resumeLimit, signalRanks, statusesBefore, type Job, type JobFailure, type JobStatus, type TimelineEvent, type ToldSignal, type WaitState } from '../../lambdas/domain/job.ts';
import type { SignalKind } from '../../lambdas/ports.ts';

/** Everything that can happen to the row of a job, in any order: what its tasks, its token waits, deliveries and people write. */
export type JobEvent =
  | { readonly type: 'begin'; readonly attempt: number; readonly holder: string }
  | { readonly type: 'clearIntent' | 'markUnclear'; readonly attempt: number }
  | { readonly type: 'bind'; readonly attempt: number; readonly upstreamJobId: string }
  | { readonly type: 'deliver'; readonly upstreamJobId: string; readonly kind: SignalKind; readonly digest: string }
  | { readonly type: 'hear' | 'noteFailure' | 'startFetching' | 'countResume' }
  | { readonly type: 'end'; readonly end: AnyJobEnd }
  | { readonly type: 'leavePause'; readonly token: string }
  | { readonly type: 'park'; readonly state: WaitState; readonly token: string };

/** What is remembered of one upstream job, whoever's it is. */
interface UpstreamRow {
  readonly isBound: boolean;
  readonly kind: SignalKind | undefined;
  readonly seen: readonly string[];
}

export interface World {
  readonly job: Job;
  readonly upstream: Readonly<Record<string, UpstreamRow>>;
}

/** What the writer of an event gets to know, in one word or two. */
export type Answer = string;
export interface Step {
  readonly world: World;
  readonly answer: Answer;
}

export const notedFailure: JobFailure = { code: 'UpstreamRejected', upstreamCode: 'AC-999' };
/** When the pause of a model ends. */
export const mfaExpiresAt = '2026-03-01T13:00:00.000Z';

const rankOf: Readonly<Record<SignalKind, number>> = { initiated: signalRanks.none, mfa: signalRanks.mfa, completed: signalRanks.end, failed: signalRanks.end };
const isWorking = ({ status }: Job) => status === 'running' || status === 'awaiting_mfa';
const unknownUpstream: UpstreamRow = { isBound: false, kind: undefined, seen: [] };

/**
 * The rules of a job's row (architecture §6) as one pure function, small enough to be played 100,000 times. The conditions that DynamoDB
 * is sent are compared with it by `test/repositories/job-model.test.ts`.
 * @param at when it happens, as it will stand in the row
 */
export function stepOf(world: World, event: JobEvent, at: string): Step {
  const { job } = world;
  const line = (name: TimelineEvent) => ({ timeline: [...job.timeline, { at, event: name }] });
  const becomes = (change: Partial<Job>, answer: Answer): Step => ({ world: { ...world, job: { ...job, ...change } }, answer });
  const refuses = (answer: Answer): Step => ({ world, answer });

  switch (event.type) {
    case 'begin': {
      const { attempt, holder } = event;
      if (statusesBefore('running').includes(job.status) && (job.intent === null || job.intent.attempt < attempt)) {
        return becomes(
          {
            status: 'running', intent: { attempt, at, holder, unclear: false }, attempts: job.attempts + 1, upstreamJobId: null, signalRank: signalRanks.none, signal: null,
            heardSeq: job.signalSeq, heardResumes: job.resumes, failure: null, updatedAt: at, ...line(attempt === 1 ? 'create_sent' : 'retrying'),
          },
          'intended',
        );
      }
      if (!isWorking(job) || job.intent === null || job.intent.attempt > attempt) return refuses('over');
      if (job.upstreamJobId !== null) return refuses('known');
      return refuses(job.intent.holder === holder ? 'intended' : 'unclear');
    }
    case 'clearIntent':
      return mayHaveSent(job, event.attempt) ? becomes({ intent: null, attempts: job.attempts - 1, ...line('create_refused') }, 'done') : refuses('done');
    case 'markUnclear': {
      const isNews = mayHaveSent(job, event.attempt) && job.intent?.unclear === false;
      const answer = isOver(job.status) ? 'unknown' : (job.upstreamJobId ?? 'unknown');
      return isNews ? becomes({ intent: job.intent && { ...job.intent, unclear: true }, ...line('create_unclear') }, answer) : refuses(answer);
    }
    case 'bind': {
      const bound = mayHaveSent(job, event.attempt) ? { ...job, upstreamJobId: event.upstreamJobId, updatedAt: at, ...line('created') } : job;
      if (isOver(bound.status) || bound.upstreamJobId === null) return refuses('over');
      const row = world.upstream[bound.upstreamJobId] ?? unknownUpstream;
      const upstream = { ...world.upstream, [bound.upstreamJobId]: { ...row, isBound: true } };
      return { world: { job: bound, upstream }, answer: `bound ${row.kind === undefined || row.kind === 'initiated' ? 'in silence' : row.kind}` };
    }
    case 'deliver':
      return deliver(world, event, at);
    case 'hear':
      return isWorking(job) ? becomes({ heardSeq: job.signalSeq, heardResumes: job.resumes, failure: null, updatedAt: at, ...line('polled') }, 'yes') : refuses('no');
    case 'noteFailure':
      return isWorking(job) || job.status === 'fetching' ? becomes({ failure: notedFailure }, 'done') : refuses('done');
    case 'startFetching':
      if (isWorking(job)) return becomes({ status: 'fetching', updatedAt: at, ...line('fetching') }, 'yes');
      return refuses(job.status === 'fetching' ? 'yes' : 'no');
    case 'countResume': {
      const isOwed = job.resumes > job.heardResumes;
      if (job.status !== 'awaiting_mfa' || (!isOwed && job.resumes >= resumeLimit)) return refuses('no');
      return isOwed ? refuses('yes') : becomes({ resumes: job.resumes + 1, updatedAt: at, ...line('resumed') }, 'yes');
    }
    case 'end': {
      const { end } = event;
      if (isOver(job.status)) return refuses('no');
      // A job that is not being fetched cannot be completed; nobody asks, so that is no answer but an error.
      if (!statusesBefore(end.status).includes(job.status)) return refuses('error');
      const failure = 'failure' in end ? end.failure : null;
      const resultExpiresAt = 'resultExpiresAt' in end ? end.resultExpiresAt : null;
      return becomes({ status: end.status, failure, resultExpiresAt, completedAt: at, updatedAt: at, ...line(end.status) }, 'yes');
    }
    case 'leavePause':
      return job.status === 'awaiting_mfa' && job.waitToken === event.token ? becomes({ status: 'running', updatedAt: at }, 'done') : refuses('done');
    case 'park':
      return park(job, event.state) ? becomes({ ...parked(job, event.state, at), waitToken: event.token, waitState: event.state, updatedAt: at }, 'parked') : refuses('refused');
  }
}

/** A create of this attempt may be on its way, and no id is known for it. */
function mayHaveSent(job: Job, attempt: number): boolean {
  return isWorking(job) && job.intent?.attempt === attempt && job.upstreamJobId === null;
}

/** A wait begins only when nothing is unread that would end it; a pause disregards the question that it is about. */
function park(job: Job, state: WaitState): boolean {
  if (state === 'AwaitTurn') return job.status === 'running';
  if (!isWorking(job)) return false;
  if (state === 'AwaitSignal') return job.signalSeq <= job.heardSeq;
  return job.signalRank <= signalRanks.mfa && job.resumes <= job.heardResumes;
}

function parked(job: Job, state: WaitState, at: string): Partial<Job> {
  if (state === 'AwaitTurn') return {};
  if (state === 'AwaitSignal') return { status: 'running' };
  return { status: 'awaiting_mfa', heardSeq: job.signalSeq, mfaExpiresAt, timeline: [...job.timeline, { at, event: 'awaiting_mfa' }] };
}

/** A delivery is remembered under its upstream job, then put on the job that this is the current one of. */
function deliver(world: World, { upstreamJobId, kind, digest }: Extract<JobEvent, { type: 'deliver' }>, at: string): Step {
  const before = world.upstream[upstreamJobId] ?? unknownUpstream;
  const isStronger = before.kind === undefined || rankOf[before.kind] < rankOf[kind];
  const isRepeat = !isStronger && before.seen.includes(digest);
  const row: UpstreamRow = { ...before, kind: isStronger ? kind : before.kind, seen: before.seen.includes(digest) ? before.seen : [...before.seen, digest] };
  const remembered: World = { ...world, upstream: { ...world.upstream, [upstreamJobId]: row } };
  const { job } = world;
  if (!row.isBound) return { world: remembered, answer: 'unbound' };
  if (kind === 'initiated') return { world: remembered, answer: 'stored' };
  if (isOver(job.status)) return { world: remembered, answer: 'over' };
  if (job.upstreamJobId !== upstreamJobId) return { world: remembered, answer: 'stale' };

  const asksAgain = kind === 'mfa' && !isRepeat && job.signalRank === signalRanks.mfa && job.signalDigest !== digest && job.signalSeq < mfaSignalCap;
  const isNews = isWorking(job) && (job.signalRank < rankOf[kind] || asksAgain);
  const told: ToldSignal = { kind, upstreamCode: null };
  const after: Job = isNews
    ? { ...job, signalSeq: job.signalSeq + 1, signalRank: rankOf[kind], signal: told, signalDigest: digest, updatedAt: at, timeline: [...job.timeline, { at, event: `signal_${kind}` }] }
    : job;
  const isOwed = isNews || (job.signalSeq > job.heardSeq && job.signal?.kind === kind);
  const canWake = isOwed && after.waitToken !== null && after.status !== 'fetching';
  const answer = canWake ? `wakes ${after.waitToken ?? ''}${after.mfaExpiresAt === null ? '' : ' after a pause'}` : isNews ? 'stored' : 'repeated';
  return { world: { ...remembered, job: after }, answer };
}

/** A job that was just accepted. */
export function acceptedJob(over: Partial<Job> = {}): Job {
  const at = '2026-03-01T12:00:00.000Z';
  const status: JobStatus = 'queued';
  return {
    merchantId: 'mer_1', id: 'job_1', connectionId: 'connection', connectionGeneration: 'generation', userId: 'usr_1', type: 'balance', startDate: null, endDate: null, reference: null, retryOf: null, status, attempts: 0,
    upstreamJobId: null, intent: null, signalSeq: 0, heardSeq: 0, signalRank: 0, signal: null, signalDigest: null, waitToken: null, waitState: null, mfaExpiresAt: null, resumes: 0,
    heardResumes: 0, failure: null, createdAt: at, updatedAt: at, completedAt: null, resultExpiresAt: null, timeline: [{ at, event: 'accepted' }], ...over,
  };
}
