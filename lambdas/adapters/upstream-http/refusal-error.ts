import { AppError, type ErrorCode } from '../../domain/errors.ts';
import type { UpstreamCode } from './upstream-code.ts';

/** An answered refusal: the status that counts, and upstream's code where it gave one. */
export interface RefusedAnswer {
  readonly kind: 'refusal';
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

/** Says in the catalogue's words what a refusal means: by its code, else by its HTTP status. */
export function refusalError(name: string, refusal: RefusedAnswer, codes: ReadonlyMap<string, UpstreamCode>): AppError {
  const known = refusal.code === undefined ? undefined : codes.get(refusal.code);
  const code = known?.code ?? codeForStatus(refusal.status);
  return new AppError(code, `${name}: refused with HTTP ${refusal.status}, ${refusal.code ?? 'no code'}`, {
    upstreamCode: refusal.code,
    retryAfterSeconds: refusal.retryAfterSeconds,
    errors: known?.fields,
    nextAction: known?.nextAction,
    userMessage: known?.userMessage,
    surelyNotAccepted: code === 'UpstreamThrottled' || code === 'UpstreamBusy',
  });
}

function codeForStatus(status: number): ErrorCode {
  if (status === 429) return 'UpstreamThrottled';
  return status >= 500 || status === 408 ? 'UpstreamUnavailable' : 'UpstreamRejected';
}
