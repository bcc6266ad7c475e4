import { createHmac } from 'node:crypto';
import { errorCatalogue } from '../domain/error-catalogue.ts';
import { AppError } from '../domain/errors.ts';
import type { IdempotencyKey, IdempotencyRecords, KeptReply, Secrets } from '../ports.ts';
import type { Answer } from './http-answer.ts';
import { invalidRequest } from './http-field-errors.ts';
import { describeError, type Log } from './logger.ts';
import { asAppError, problemAnswer } from './problem.ts';

/** What a route that takes `Idempotency-Key` needs besides its own dependencies. */
export interface Idempotency {
  readonly idempotency: IdempotencyRecords;
  readonly secrets: Pick<Secrets, 'deploymentKey'>;
}

/** One request under its key. */
export interface IdempotentRequest {
  readonly key: IdempotencyKey;
  /** All that makes two requests the same, as their schemas read it. */
  readonly content: unknown;
  readonly requestId: string;
  readonly now: Date;
  /** What is left of the request's time limit: the lock must never outlive the one who holds it. */
  readonly lockMs: number;
}

/** How long a reply is repeated. */
export const keptMs = 24 * 60 * 60_000;

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/** @throws AppError InvalidRequest */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || visibleAscii.test(header)) return header;
  throw invalidRequest('the header Idempotency-Key does not fit', [{ path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }]);
}

/**
 * Does the work once per key: a repeat gets the first reply again, whether that was a success or a refusal (api.md, "Idempotency").
 * @param work answers whether its reply is already kept, in the transaction that did the work
 * @throws AppError IdempotencyInProgress, IdempotencyKeyReused, and whatever the work throws
 */
export async function runOnce(
  deps: Idempotency & { readonly log: Log },
  request: IdempotentRequest,
  work: () => Promise<{ readonly answer: Answer; readonly kept: boolean }>,
): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
  const fingerprint = fingerprintOf(await deps.secrets.deploymentKey(), request.content);
  const begun = await deps.idempotency.begin(request.key, fingerprint, request.now, request.lockMs);
  if (begun === 'in_progress') throw new AppError('IdempotencyInProgress', 'the first request with this key still runs: ask again in a moment');
  if (begun === 'reused') throw new AppError('IdempotencyKeyReused', 'this key belongs to another request: send a new key with a new request');
  if (begun !== 'started') return { answer: { ...begun, headers: { ...begun.headers, 'idempotent-replayed': 'true' } }, replayed: true };
  try {
    const { answer, kept } = await work();
    if (!kept) await settle(deps, () => deps.idempotency.keep(keptReply(request, answer)));
    return { answer, replayed: false };
  } catch (error) {
    const failure = asAppError(error);
    const refusal = problemAnswer(failure, request.requestId);
    await settle(deps, () => (isKept(failure) ? deps.idempotency.keep(keptReply(request, refusal)) : deps.idempotency.forget(request.key)));
    throw error;
  }
}

/** A reply as its key will repeat it. */
export function keptReply(request: Pick<IdempotentRequest, 'key' | 'now'>, answer: Answer): KeptReply {
  return { key: request.key, ...answer, expiresAt: new Date(request.now.getTime() + keptMs) };
}

/**
 * A refusal by upstream is kept, also where it blames the request. What the same request may yet succeed with is not,
 * nor is a request that we refused before anyone worked on it.
 */
function isKept({ code, details }: AppError): boolean {
  const { status, retryable } = errorCatalogue[code];
  return !retryable && (![400, 413, 415].includes(status) || details.upstreamCode !== undefined);
}

/** The work is done and its reply must go out, even if the record cannot be written: then its lock ends by itself. */
async function settle(deps: { readonly log: Log }, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    deps.log.error('idempotency_record_not_written', describeError(error));
  }
}

/** Keyed, because a bare hash of a phone number or of a one-time code could be guessed. Schemas put fields into their own order. */
function fingerprintOf(deploymentKey: string, content: unknown): string {
  return createHmac('sha256', deploymentKey).update(JSON.stringify(content)).digest('base64url');
}
