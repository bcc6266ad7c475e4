import type { AwsService } from '../iam/authorize.ts';
import type { Identity } from '../iam/identities.ts';

/** A call of a function or a state machine that is allowed and not carried out yet. */
export interface InterceptedCall {
  readonly identity: Identity;
  /** The thread that makes the call; undefined for one that no function makes. */
  readonly worker: string | undefined;
  /** The event, as JSON text, that the thread has in hand meanwhile. */
  readonly event: string | undefined;
  readonly service: AwsService;
  readonly operation: string;
  /** The parsed request. */
  readonly request: () => unknown;
}

/**
 * What becomes of a call. `refuse`: it is not carried out, and answered with this error. `loseReply`: carried out, and its connection
 * cut. `kill`: the function that makes it dies, before the call is carried out or before its reply comes.
 */
export type Interception =
  | { readonly kind: 'pass' }
  | { readonly kind: 'refuse'; readonly errorName: string; readonly message: string; readonly details?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'loseReply' }
  | { readonly kind: 'kill'; readonly when: 'before' | 'after' };

/** Decides about every call, for tests of what AWS does now and then and one machine never. May take its time. */
export type Intercept = (call: InterceptedCall) => Interception | Promise<Interception>;

export const interceptNothing: Intercept = () => ({ kind: 'pass' });
