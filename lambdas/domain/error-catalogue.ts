import type { ErrorCode, NextAction } from './errors.ts';

export interface CatalogueEntry {
  /** HTTP status; a code that only a job carries has the status its request would have had. */
  readonly status: number;
  readonly title: string;
  readonly nextAction: NextAction;
  readonly retryable: boolean;
  /** One sentence that may be shown to the person. */
  readonly userMessage: string;
  /** One sentence for whoever operates the deployment. */
  readonly operatorHint: string;
}

const tryLater = 'Something went wrong on our side. Please try again in a few minutes.';

/** What each code means to the four people who meet it: the HTTP client, the merchant's developer, the person, the operator. */
export const errorCatalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = {
  InvalidRequest: {
    status: 400, title: 'The request does not fit', nextAction: 'fix_request', retryable: false,
    userMessage: 'Please check what you entered and try again.',
    operatorHint: 'The caller sent a body, path or query that the contract refuses; `errors` names each path.',
  },
  Unauthenticated: {
    status: 401, title: 'No valid API key', nextAction: 'check_credentials', retryable: false,
    userMessage: tryLater,
    operatorHint: 'The caller sent no API key; the gateway usually answers this by itself.',
  },
  Forbidden: {
    status: 403, title: 'The API key may not do this', nextAction: 'check_credentials', retryable: false,
    userMessage: tryLater,
    operatorHint: 'The key lacks the scope of the route; issue a key that has it.',
  },
  NotFound: {
    status: 404, title: 'No such thing', nextAction: 'fix_request', retryable: false,
    userMessage: 'We could not find that.',
    operatorHint: 'The id is unknown to this merchant.',
  },
  Conflict: {
    status: 409, title: 'Not possible in the present state', nextAction: 'none', retryable: false,
    userMessage: 'That cannot be done right now.',
    operatorHint: 'The thing exists but is in a state that does not allow the request; read it again.',
  },
  VerificationRequired: {
    status: 409, title: 'The person must confirm the code first', nextAction: 'verify_user', retryable: false,
    userMessage: 'Please enter the code that was sent to you.',
    operatorHint: 'Aeropay knows this person from another merchant and wants the one-time code confirmed.',
  },
  VerificationFailed: {
    status: 422, title: 'The code was not accepted', nextAction: 'verify_user', retryable: false,
    userMessage: 'That code is not right. Please check it and try again.',
    operatorHint: 'Aeropay refused the one-time code (AP111, AP112), or it is expired or used up.',
  },
  UserActionRequired: {
    status: 409, title: 'The bank connection must be renewed', nextAction: 'reconnect', retryable: false,
    userMessage: 'Your bank asks you to connect your account again.',
    operatorHint: 'The bank wants the person (AC-104, AP300, expired or revoked consent); open the widget to reconnect.',
  },
  NotAvailable: {
    status: 409, title: 'The account cannot do this', nextAction: 'choose_another_account', retryable: false,
    userMessage: 'This bank account does not offer that. Please choose another account.',
    operatorHint: 'Manually linked or without balance access (AC-105).',
  },
  ResultExpired: {
    status: 410, title: 'The result is no longer kept', nextAction: 'start_again', retryable: false,
    userMessage: 'This information is no longer available. Please request it again.',
    operatorHint: 'The retention of results is over; start a new job.',
  },
  PayloadTooLarge: {
    status: 413, title: 'The body is too large', nextAction: 'fix_request', retryable: false,
    userMessage: tryLater,
    operatorHint: 'Bodies may have 256 KiB.',
  },
  UnsupportedMediaType: {
    status: 415, title: 'The body must be application/json', nextAction: 'fix_request', retryable: false,
    userMessage: tryLater,
    operatorHint: 'The caller named another content type.',
  },
  IdempotencyKeyReused: {
    status: 422, title: 'The idempotency key belongs to another request', nextAction: 'fix_request', retryable: false,
    userMessage: tryLater,
    operatorHint: 'The caller used one Idempotency-Key for two different requests.',
  },
  IdempotencyInProgress: {
    status: 409, title: 'The first request with this key still runs', nextAction: 'retry_later', retryable: true,
    userMessage: 'We are still working on it. Please wait a moment.',
    operatorHint: 'Two requests with one Idempotency-Key overlapped; the later one should ask again.',
  },
  TooManyRequests: {
    status: 429, title: 'Too many requests', nextAction: 'retry_later', retryable: true,
    userMessage: 'Please wait a moment before you try again.',
    operatorHint: 'A limit of this deployment was reached; Retry-After says when to come back.',
  },
  UpstreamUnavailable: {
    status: 503, title: 'Aeropay or Aerosync did not answer', nextAction: 'retry_later', retryable: true,
    userMessage: 'The bank service is not available at the moment. Please try again later.',
    operatorHint: 'Time-out, 5xx or a broken reply from upstream; unclear whether it was accepted.',
  },
  UpstreamThrottled: {
    status: 503, title: 'Aeropay or Aerosync asks to slow down', nextAction: 'retry_later', retryable: true,
    userMessage: 'The bank service is busy. Please try again later.',
    operatorHint: 'Upstream answered 429; surely not accepted.',
  },
  UpstreamBusy: {
    status: 503, title: 'The bank connection is busy', nextAction: 'retry_later', retryable: true,
    userMessage: 'Your bank is still working on an earlier request. Please try again in a moment.',
    operatorHint: 'Another job runs upstream on this connection (AC-112); surely not accepted.',
  },
  UpstreamRejected: {
    status: 502, title: 'Aeropay or Aerosync refused', nextAction: 'contact_support', retryable: false,
    userMessage: tryLater,
    operatorHint: 'A refusal that the catalogue does not name, or a reply of the wrong shape; see upstreamCode.',
  },
  CredentialsRejected: {
    status: 502, title: "The merchant's upstream credentials were refused", nextAction: 'contact_support', retryable: false,
    userMessage: tryLater,
    operatorHint: "The merchant's Aeropay or Aerosync credentials, or their environment, are wrong (AP002, AC-101, AC-001).",
  },
  Internal: {
    status: 500, title: 'A fault of ours', nextAction: 'retry_later', retryable: true,
    userMessage: tryLater,
    operatorHint: 'A defect of this deployment; look for the request id in the logs.',
  },
  MfaExpired: {
    status: 409, title: 'The bank question was not answered in time', nextAction: 'start_again', retryable: false,
    userMessage: "The time to answer your bank's question is over. Please start again.",
    operatorHint: 'The 15 minutes for bank questions were used up.',
  },
  PollBudgetSpent: {
    status: 503, title: 'The bank took too long', nextAction: 'retry_later', retryable: true,
    userMessage: 'Your bank is taking longer than usual. Please try again later.',
    operatorHint: "Upstream's cap of 30 status reads per job was reached.",
  },
  JobTimedOut: {
    status: 503, title: 'The job ran out of time', nextAction: 'retry_later', retryable: true,
    userMessage: 'Your bank is taking longer than usual. Please try again later.',
    operatorHint: 'Upstream did not finish the job within its budget.',
  },
  ConnectionRevoked: {
    status: 409, title: 'The person revoked the connection at the bank', nextAction: 'reconnect', retryable: false,
    userMessage: 'Access to this account was withdrawn at your bank. Connect it again to continue.',
    operatorHint: 'The bank reported a revocation; the connection is marked.',
  },
};
