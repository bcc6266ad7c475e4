/** Every code a caller can meet, in a problem reply or in a job's `error`. The same string names the error and its row in `docs/errors.md`. */
export const errorCodes = [
  'InvalidRequest',
  'Unauthenticated',
  'Forbidden',
  'NotFound',
  'Conflict',
  'VerificationRequired',
  'VerificationFailed',
  'UserActionRequired',
  'NotAvailable',
  'ResultExpired',
  'PayloadTooLarge',
  'UnsupportedMediaType',
  'IdempotencyKeyReused',
  'IdempotencyInProgress',
  'TooManyRequests',
  'UpstreamUnavailable',
  'UpstreamThrottled',
  'UpstreamBusy',
  'UpstreamRejected',
  'CredentialsRejected',
  'Internal',
  'MfaExpired',
  'PollBudgetSpent',
  'JobTimedOut',
  'ConnectionRevoked',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What the merchant's app can do about a failure. */
export const nextActions = [
  'fix_request',
  'check_credentials',
  'none',
  'verify_user',
  'resend_code',
  'reconnect',
  'choose_another_account',
  'start_again',
  'retry_later',
  'contact_support',
] as const;
export type NextAction = (typeof nextActions)[number];

export interface FieldError {
  /** Dotted path into the request; empty for the whole body. */
  readonly path: string;
  readonly message: string;
}

export interface AppErrorDetails {
  readonly cause?: unknown;
  /** Upstream's own AC, AR or AP code, where one was given. */
  readonly upstreamCode?: string | undefined;
  /** Seconds after which the same request may be tried again. */
  readonly retryAfterSeconds?: number | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  /** Replaces the catalogue's next action where the case knows better. */
  readonly nextAction?: NextAction | undefined;
  /** Replaces the catalogue's sentence for the person where the case knows better. */
  readonly userMessage?: string | undefined;
  /** For an upstream failure: true when nothing can have been accepted, so that even a create may be repeated. */
  readonly surelyNotAccepted?: boolean | undefined;
}

/** A failure with a code of the catalogue. The name is the code, because Step Functions matches Retry and Catch rules on the name. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: AppErrorDetails;

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.name = code;
    this.details = details;
  }
}
