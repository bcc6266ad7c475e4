import type { JobFailure } from '../domain/job.ts';
import type { Clock, ConnectionRepository, Counters, JobProgress, JobRepository, JobSignal, JobSignals, SignalKind, TaskTokens, Wait, WebhookTrust } from '../ports.ts';
import type { MachineSignal } from '../domain/job-machine.ts';
import { releaseExecution } from './release-execution.ts';

export interface ApplyDelivery {
  readonly jobs: JobRepository;
  readonly progress: JobProgress;
  readonly signals: JobSignals;
  readonly connections: ConnectionRepository;
  readonly trust: WebhookTrust;
  readonly tokens: TaskTokens;
  readonly counters: Counters;
  readonly clock: Clock;
}

/** A validly signed delivery, translated into our words. */
export type Delivery =
  | ({ readonly about: 'job' } & JobSignal)
  | ({ readonly about: 'revocation'; readonly connectionId: string; readonly sentAt: Date } & Sent)
  | ({ readonly about: 'nothing'; readonly sentAt: Date | undefined } & Sent);

interface Sent {
  readonly merchantId: string;
  /** Of the raw body: the same delivery again has the same. */
  readonly digest: string;
}

/** Deliveries outside this window change nothing; a refusal would count towards upstream's pause (api.md, "Webhook"). */
const oldestMs = 3_600_000;
const newestMs = 5 * 60_000;

/** Applies a signed delivery: at least once, in any order, late, repeated, or for a job that nobody knows. */
export async function applyDelivery(deps: ApplyDelivery, delivery: Delivery): Promise<void> {
  const now = deps.clock.now();
  if (delivery.sentAt !== undefined && !isTimely(delivery.sentAt, now)) {
    deps.counters.count('WebhookUntimely');
    return;
  }
  switch (delivery.about) {
    case 'job':
      return applyJobSignal(deps, delivery, now);
    case 'revocation':
      await gainTrust(deps, delivery, now);
      return applyRevocation(deps, delivery, now);
    case 'nothing':
      await gainTrust(deps, delivery, now);
      deps.counters.count('WebhookIgnored');
  }
}

function isTimely(sentAt: Date, now: Date): boolean {
  const age = now.getTime() - sentAt.getTime();
  return age <= oldestMs && age >= -newestMs;
}

/** A replay proves nothing of upstream's webhooks today, nor does what bears no time and may be one. */
async function gainTrust(deps: ApplyDelivery, { merchantId, digest, sentAt }: Exclude<Delivery, { about: 'job' }>, now: Date): Promise<void> {
  if (sentAt === undefined) return;
  if (await deps.signals.isFirst(merchantId, digest, now)) await deps.trust.set(merchantId, true, now);
  else deps.counters.count('WebhookRepeated');
}

async function applyJobSignal(deps: ApplyDelivery, signal: JobSignal, now: Date): Promise<void> {
  const { jobId, isRepeat } = await deps.signals.recordDelivery(signal, now);
  // As for any other delivery: a replay proves nothing.
  if (!isRepeat) await deps.trust.set(signal.merchantId, true, now);
  if (jobId === undefined) {
    deps.counters.count('WebhookUnbound');
    return;
  }
  const applied = await deps.signals.applySignal({ merchantId: signal.merchantId, jobId }, signal, isRepeat, now);
  if (applied.outcome === 'wake') await wake(deps.tokens, applied.wait, signal.kind);
  else if (applied.outcome !== 'stored') deps.counters.count(`Webhook${applied.outcome === 'repeated' ? 'Repeated' : 'Late'}`);
}

/** The first question is the way into the pause. From then on one may be late news, so upstream is looked at. */
async function wake(tokens: TaskTokens, wait: Wait, kind: SignalKind): Promise<void> {
  const exits: Readonly<Record<SignalKind, MachineSignal | undefined>> = {
    initiated: undefined,
    completed: undefined,
    mfa: wait.isAfterPause ? 'LookAgain' : 'MfaRequired',
    failed: 'UpstreamJobFailed',
  };
  const exit = exits[kind];
  await (exit === undefined ? tokens.succeed(wait.token) : tokens.exit(wait.token, exit));
}

const revoked: JobFailure = { code: 'ConnectionRevoked', upstreamCode: null };

/** The person withdrew the consent at the bank: the connection is marked, unless it was saved since, and its running jobs end. */
async function applyRevocation(deps: ApplyDelivery, { merchantId, connectionId, sentAt }: Extract<Delivery, { about: 'revocation' }>, now: Date): Promise<void> {
  await deps.connections.mark(merchantId, connectionId, 'revoked', endOfSecond(sentAt));
  const connection = await deps.connections.find(merchantId, connectionId);
  if (connection?.status !== 'revoked') return;
  for (const job of await deps.jobs.running(merchantId, connectionId)) {
    const ended = await deps.progress.end({ merchantId, jobId: job.id }, { status: 'failed', failure: revoked }, now);
    if (ended !== undefined) await releaseExecution(deps, ended);
  }
}

/** Upstream's times have whole seconds (aerosync-api.md §6.1): a revocation within the second of a save came after it, since one follows a link. */
function endOfSecond(time: Date): Date {
  return time.getUTCMilliseconds() === 0 ? new Date(time.getTime() + 999) : time;
}
