import type { UpstreamCredentials } from '../../domain/merchant.ts';
import type { UpstreamCall } from './upstream-call.ts';
import type { UpstreamCode } from './upstream-code.ts';

export interface GrantedToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
}

/** What the shared client has to know of one upstream product. */
export interface UpstreamDialect {
  readonly codes: ReadonlyMap<string, UpstreamCode>;
  /** Codes that refuse a bearer token: a fresh one may help. */
  readonly tokenRefusals: ReadonlySet<string>;
  /** Codes that refuse the credentials themselves: only other credentials help. */
  readonly credentialRefusals: ReadonlySet<string>;
  /** Those of them that, for a token in a person's name, may also mean that the person is not confirmed at this merchant. */
  readonly personRefusals: ReadonlySet<string>;
  /** Codes that refuse how a request is written. */
  readonly formRefusals: ReadonlySet<string>;
  /** The header that carries `Bearer <token>`. */
  readonly tokenHeader: string;
  /** Tells the product's credentials apart. */
  readonly identityOf: (credentials: UpstreamCredentials) => string;
  /** The call that grants a token, in a person's name where one is given. */
  readonly mint: (onBehalfOf: string | undefined) => UpstreamCall<GrantedToken>;
}
