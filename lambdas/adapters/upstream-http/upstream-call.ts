import type * as z from 'zod';
import type { UpstreamCredentials } from '../../domain/merchant.ts';

/** The same request as another page of upstream's has it. */
export interface OtherForm {
  /** The codes with which upstream may refuse the first form when it wants this one. Such a refusal accepts nothing. */
  readonly refusedBy: readonly string[];
  /** What differs from the first form. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: (credentials: UpstreamCredentials) => object;
}

/** One call of upstream's, as its adapter describes it. */
export interface UpstreamCall<T> {
  /** What is asked, in words without values: it stands in error messages. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: (credentials: UpstreamCredentials) => Readonly<Record<string, string>>;
  readonly body?: (credentials: UpstreamCredentials) => object;
  /** Each is sent at most once, on top of those before it. */
  readonly otherForms?: readonly OtherForm[];
  /** Upstream's id of the person in whose name it is made; the merchant's without one. */
  readonly onBehalfOf?: string;
  /** Whether only a token granted now will do: upstream judges whether a person is confirmed when it grants one, and a kept one may outlive that. */
  readonly needsFreshToken?: boolean;
  /** Whether a repeat after a failure does no harm; where nothing is said, that of a GET does none. */
  readonly repeatable?: boolean;
  /** After this it is not sent any more: what comes of it would be nobody's. */
  readonly sendBefore?: Date | undefined;
  readonly reply: z.ZodType<T>;
  /** Recognises a reply that carries an error code without being an error. */
  readonly isReply?: (body: unknown) => boolean;
}
