import * as z from 'zod';
import { normalConnectionId } from '../../domain/connection.ts';
import type { JobType } from '../../domain/job.ts';
import type { SignalKind } from '../../ports.ts';
import { parseExactJson } from '../upstream-http/exact-json.ts';
import { optionalFlag, optionalScalar, optionalText, scalar } from '../upstream-http/fields.ts';
import { isPathSegment } from '../upstream-http/path-segment.ts';
import { readTime } from '../upstream-http/read-time.ts';
import { failureCode } from './failure-code.ts';
import { jobWordOf, type JobWord } from './job-state.ts';
import { upstreamWord } from './upstream-word.ts';

/** A delivery in our words. */
export type AerosyncEvent =
  | {
      readonly kind: 'job';
      /** Undefined where nothing tells it. */
      readonly type: JobType | undefined;
      readonly upstreamJobId: string;
      /** As 32 lower-case hex digits. */
      readonly connectionId: string | undefined;
      readonly signal: SignalKind | 'unknown';
      readonly upstreamCode: string | null;
      readonly sentAt: Date;
    }
  | { readonly kind: 'revocation'; readonly connectionId: string; readonly sentAt: Date }
  | { readonly kind: 'test' | 'unknown'; readonly sentAt: Date | undefined };

const maybeText = optionalText.catch(null);
const maybeId = optionalScalar.catch(null);
const data = z.object({
  job_id: maybeId, jobId: maybeId,
  connection_id: maybeId, connectionId: maybeId, user_id: maybeId, userId: maybeId,
  status: maybeText, job_status: maybeText, jobStatus: maybeText,
  type: maybeText, job_type: maybeText, jobType: maybeText,
  mfa_triggered: optionalFlag.catch(null), mfaTriggered: optionalFlag.catch(null),
});
type EventData = z.infer<typeof data>;
const envelope = z.looseObject({ event: scalar.catch(''), timestamp: maybeId, data: z.unknown().optional() });

const typeWords: ReadonlyMap<string, JobType> = new Map([
  ['balance', 'balance'],
  ['refresh', 'balance'],
  ['transaction', 'transactions'],
  ['transactions', 'transactions'],
  ['identity', 'identity'],
]);
const typePrefixes: ReadonlyMap<string, JobType> = new Map([
  ['REF-', 'balance'],
  ['TRN-', 'transactions'],
  ['TXN-', 'transactions'],
  ['IDT-', 'identity'],
]);
const signals: Readonly<Record<JobWord, SignalKind>> = { started: 'initiated', mfa: 'mfa', completed: 'completed', failed: 'failed' };

/**
 * Reads a delivery of Aerosync's (aerosync-api.md §6.1), in the current naming `job.<type>` with `data.status` and in the older one
 * `job.<status>`. What cannot be used is `unknown`, never an error: a refusal would count towards upstream's pause. Undefined when the
 * body is no JSON.
 */
export function readWebhook(rawBody: string): AerosyncEvent | undefined {
  const body = json(rawBody);
  if (body === undefined) return undefined;
  const sent = envelope.safeParse(body).data;
  if (sent === undefined) return { kind: 'unknown', sentAt: undefined };
  const event = upstreamWord(sent.event);
  // Seconds since 1970, as documented; milliseconds and ISO times are told apart by their looks.
  const sentAt = readTime(sent.timestamp ?? '');
  const fields = fieldsOf(sent);
  const said = data.safeParse(fields).data;

  if (event === 'test.event') return { kind: 'test', sentAt };
  if (said === undefined || sentAt === undefined) return { kind: 'unknown', sentAt };
  if (event === 'bank.revocation') {
    const connectionId = connectionIdOf(said);
    return connectionId === undefined ? { kind: 'unknown', sentAt } : { kind: 'revocation', connectionId, sentAt };
  }
  const about = /^job\.(.+)$/.exec(event)?.[1];
  const upstreamJobId = said.job_id ?? said.jobId ?? '';
  if (about === undefined || !isPathSegment(upstreamJobId)) return { kind: 'unknown', sentAt };
  return {
    kind: 'job',
    type: typeWords.get(about) ?? typeOf(said, upstreamJobId),
    upstreamJobId,
    connectionId: connectionIdOf(said),
    signal: signalOf(said, about),
    upstreamCode: failureCode(fields),
    sentAt,
  };
}

/** Undefined for what is no JSON. The parser's own error is dropped, since it quotes the text. */
function json(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

/** What an event says stands in its data; what is not there may stand beside them. */
function fieldsOf(sent: z.infer<typeof envelope>): unknown {
  if (sent.data === undefined || sent.data === null) return sent;
  if (typeof sent.data !== 'object' || Array.isArray(sent.data)) return sent.data;
  return { ...sent, data: undefined, ...sent.data };
}

/** A connection goes by its own name or by the one it had as a user (aerosync-api.md §4). */
function connectionIdOf(said: EventData): string | undefined {
  const names = [said.connection_id, said.connectionId, said.user_id, said.userId];
  return names.map((name) => normalConnectionId(name ?? '')).find((id) => id !== undefined);
}

/**
 * The type of an event that is named after a status. The prefix of the job's id is the last resort, since the documents use prefixes
 * loosely (aerosync-api.md §10, 11): a wrong guess can only mislead a create whose reply was lost, and no guess would leave that one alone.
 */
function typeOf(said: EventData, upstreamJobId: string): JobType | undefined {
  const named = typeWords.get(upstreamWord(said.job_type ?? said.jobType ?? said.type ?? ''));
  return named ?? typePrefixes.get(upstreamJobId.slice(0, 4).toUpperCase());
}

function signalOf(said: EventData, about: string): SignalKind | 'unknown' {
  const statuses = [said.status, said.job_status, said.jobStatus, about];
  const status = statuses.find((one) => jobWordOf(one ?? '', null) !== undefined);
  const word = jobWordOf(status ?? '', said.mfa_triggered ?? said.mfaTriggered);
  return word === undefined ? 'unknown' : signals[word];
}
