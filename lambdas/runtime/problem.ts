import type { Problem } from '../contract/shapes.ts';
import { errorCatalogue } from '../domain/error-catalogue.ts';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { Answer } from './http-answer.ts';

/** Seconds to wait where the failure itself names none. */
const defaultRetryAfter: Partial<Readonly<Record<ErrorCode, number>>> = {
  IdempotencyInProgress: 1,
  TooManyRequests: 60,
  UpstreamUnavailable: 5,
  UpstreamThrottled: 5,
  UpstreamBusy: 5,
};

/** Anything thrown, as one of the catalogue's failures. What we did not foresee is a fault of ours. */
export function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('Internal', 'an unforeseen fault', { cause: error });
}

/** The reply to a failed request: RFC 9457 with our extensions (api.md, "Errors"). */
export function problemAnswer(error: AppError, requestId: string): Answer {
  const { code, details } = error;
  const entry = errorCatalogue[code];
  const problem: Problem = {
    type: `urn:aerobridge:error:${code}`,
    title: entry.title,
    status: entry.status,
    code,
    // What went wrong inside us is for the log, not for the outside.
    detail: code === 'Internal' ? 'A fault of ours; the request id finds it in our logs.' : error.message,
    userMessage: details.userMessage ?? entry.userMessage,
    nextAction: details.nextAction ?? entry.nextAction,
    retryable: entry.retryable,
    requestId,
    ...(details.upstreamCode === undefined ? {} : { upstreamCode: details.upstreamCode }),
    ...(details.errors === undefined ? {} : { errors: details.errors.map(({ path, message }) => ({ path, message })) }),
  };
  const retryAfter = entry.retryable ? (details.retryAfterSeconds ?? defaultRetryAfter[code]) : undefined;
  return {
    status: entry.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) }),
    },
    body: JSON.stringify(problem),
  };
}
