import * as z from 'zod';
import { optionalFlag, optionalScalar, seconds } from './fields.ts';

/** What an error envelope says. */
export interface Refusal {
  /** Upstream's own code; undefined where it gave none, or none that looks like a code. */
  readonly code: string | undefined;
  /** The HTTP status that the envelope itself claims. */
  readonly status: number | undefined;
}

const envelope = z.object({
  error: z.unknown().optional(),
  code: optionalScalar.catch(null),
  message: z.string().optional().catch(undefined),
  success: optionalFlag.catch(null),
  status: z.string().optional().catch(undefined),
  statusCode: seconds.optional().catch(undefined),
});
const innerError = z.object({ code: optionalScalar.catch(null) });

/**
 * Looks for every error envelope of aerosync-api.md §2.4, whatever the HTTP status: this family of APIs puts errors into a 200.
 * Undefined when the body is none of them. `{"success":true,"error":null,…}` is no error.
 */
export function findRefusal(body: unknown): Refusal | undefined {
  const said = envelope.safeParse(body).data;
  if (said === undefined) return undefined;
  const inner = innerError.safeParse(said.error).data;
  const isErrorText = typeof said.error === 'string' && said.error !== '';
  const isBare = said.code !== null && said.message !== undefined && said.success !== true && said.status !== 'success';
  const isFailedStatus = said.statusCode !== undefined && said.statusCode >= 400;
  if (inner === undefined && !isErrorText && said.success !== false && !isBare && !isFailedStatus) return undefined;
  return { code: plainCode(inner?.code ?? said.code), status: said.statusCode };
}

/** Only what looks like a code goes on: the text reaches replies and logs. */
function plainCode(code: string | null): string | undefined {
  const trimmed = code?.trim().toUpperCase() ?? '';
  return /^[A-Z0-9_-]{1,40}$/.test(trimmed) ? trimmed : undefined;
}
