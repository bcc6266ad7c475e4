import * as z from 'zod';
import { problem, type Problem } from './api-shapes.ts';

/** The table of errors: code -> status and next actions. */
const table: Readonly<Record<string, readonly [status: number, ...nextActions: string[]] | undefined>> = {
  InvalidRequest: [400, 'fix_request'],
  Unauthenticated: [401, 'check_credentials'],
  Forbidden: [403, 'check_credentials'],
  NotFound: [404, 'fix_request'],
  Conflict: [409, 'none'],
  VerificationRequired: [409, 'verify_user'],
  VerificationFailed: [422, 'verify_user', 'resend_code'],
  UserActionRequired: [409, 'reconnect'],
  NotAvailable: [409, 'choose_another_account'],
  ResultExpired: [410, 'start_again'],
  PayloadTooLarge: [413, 'fix_request'],
  UnsupportedMediaType: [415, 'fix_request'],
  IdempotencyKeyReused: [422, 'fix_request'],
  IdempotencyInProgress: [409, 'retry_later'],
  TooManyRequests: [429, 'retry_later'],
  UpstreamUnavailable: [503, 'retry_later'],
  UpstreamThrottled: [503, 'retry_later'],
  UpstreamBusy: [503, 'retry_later'],
  UpstreamRejected: [502, 'contact_support'],
  CredentialsRejected: [502, 'contact_support'],
  Internal: [500, 'retry_later'],
};
const withRetryAfter = new Set(['IdempotencyInProgress', 'TooManyRequests', 'UpstreamUnavailable', 'UpstreamThrottled', 'UpstreamBusy']);
/** What the gateway says by itself: the only replies that need not be problem+json. */
const gatewayStatuses = new Set([401, 403, 413, 429, 503]);

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined for an empty body. */
  readonly json: unknown;
  /** What a refused request was told; undefined for a success and for what the gateway said by itself. */
  readonly problem: Problem | undefined;
}

/** Reads a reply and holds it to what the contract says of every reply. A reply that breaks it is an error that says how. */
export async function checkReply(what: string, response: Response): Promise<Reply> {
  const { status, headers } = response;
  const text = await response.text();
  const must = (holds: boolean, sentence: string): void => {
    if (!holds) throw new Error(`${what} answered ${status}: ${sentence}. The reply was ${text.slice(0, 400)}`);
  };
  must(![...headers.keys()].some((name) => name.startsWith('access-control-')), 'a reply must not carry CORS headers');
  const contentType = headers.get('content-type') ?? '';
  const json: unknown = text === '' ? undefined : parse(text);
  const isOfGateway = gatewayStatuses.has(status) && headers.get('x-request-id') === null && z.strictObject({ message: z.string() }).safeParse(json).success;
  if (isOfGateway) {
    must(headers.get('apigw-requestid') !== null, 'the gateway names the request in a header of its own');
    return { status, headers, text, json, problem: undefined };
  }
  must((headers.get('x-request-id') ?? '') !== '', 'a reply must carry x-request-id');
  must(status !== 500, 'a fault of ours');
  if (status < 300) {
    must(status === 204 ? text === '' : /^application\/json\b/.test(contentType) && json !== undefined, 'a success must be JSON');
    return { status, headers, text, json, problem: undefined };
  }
  must(/^application\/problem\+json\b/.test(contentType), `a refusal must be problem+json, not ${contentType}`);
  const refused = problem.safeParse(json);
  if (!refused.success) throw new Error(`${what} answered ${status} with a problem of another shape: ${z.prettifyError(refused.error)}`);
  const { code, nextAction, retryable, type, requestId, errors } = refused.data;
  const [expected, ...nextActions] = table[code] ?? [0];
  must(expected === status && refused.data.status === status, `the code ${code} has the status ${expected}, 0 for none of the table`);
  must(nextActions.includes(nextAction), `the next action of ${code} is ${nextActions.join(' or ')}`);
  must(type === `urn:aerobridge:error:${code}`, 'the type names the code');
  must(retryable === (nextAction === 'retry_later'), 'what may be retried says so');
  must(withRetryAfter.has(code) === /^[1-9]\d*$/.test(headers.get('retry-after') ?? ''), `Retry-After of ${code}`);
  must(headers.get('idempotent-replayed') === 'true' || requestId === headers.get('x-request-id'), 'the problem names its request');
  must(code !== 'InvalidRequest' || errors !== undefined, 'an invalid request is told which path');
  must(!/\bat .+:\d+:\d+|node_modules/.test(text), 'a refusal must not carry a stack trace');
  return { status, headers, text, json, problem: refused.data };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
