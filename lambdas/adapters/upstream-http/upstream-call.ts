import type * as z from 'zod';
import type { UpstreamCredentials } from '../../domain/merchant.ts';

/** One call of upstream's, as its adapter describes it. */
export interface UpstreamCall<T> {
  /** What is asked, in words without values: it stands in error messages. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: (credentials: UpstreamCredentials) => object;
  /** Upstream's id of the person in whose name it is made; the merchant's without one. */
  readonly onBehalfOf?: string;
  /** Whether a repeat after a failure does no harm; where nothing is said, that of a GET does none. */
  readonly repeatable?: boolean;
  readonly reply: z.ZodType<T>;
  /** Recognises a reply that carries an error code without being an error. */
  readonly isReply?: (body: unknown) => boolean;
}
