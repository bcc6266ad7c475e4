import * as z from 'zod';
import { optionalFlag, optionalScalar, seconds } from './fields.ts';
import { writtenCode } from './written-code.ts';

/** What an error envelope says. */
export interface Refusal {
  /** Upstream's own code; undefined where it gave none, or none that looks like a code. */
  readonly code: string | undefined;
  /** The HTTP status that the envelope itself claims. */
  readonly status: number | undefined;
}

const maybeText = z.string().optional().catch(undefined);
const maybeScalar = optionalScalar.catch(null);
const saying = { code: maybeScalar, errorCode: maybeScalar, error_code: maybeScalar, message: maybeText };
const envelope = z.object({ ...saying, error: z.unknown().optional(), success: optionalFlag.catch(null), status: maybeText, statusCode: seconds.optional().catch(undefined) });
const innerError = z.object(saying);

/**
 * Looks for every error envelope of aerosync-api.md §2.4, whatever the HTTP status: this family of APIs puts errors into a 200.
 * Undefined when the body is none of them. `{"success":true,"error":null,…}` is no error.
 * @param isHttpError the HTTP status says that it is an error, so that the body is only asked for its code
 */
export function findRefusal(body: unknown, isHttpError = false): Refusal | undefined {
  const said = envelope.safeParse(body).data;
  if (said === undefined) return undefined;
  const inner = innerError.safeParse(said.error).data;
  const errorText = typeof said.error === 'string' && said.error !== '' ? said.error : undefined;
  const bareCode = codeKeyOf(said);
  const isBare = bareCode !== null && said.success !== true && said.status !== 'success' && (said.message !== undefined || writtenCode(bareCode) !== undefined);
  const isFailedStatus = said.statusCode !== undefined && said.statusCode >= 400;
  if (!isHttpError && inner === undefined && errorText === undefined && said.success !== false && !isBare && !isFailedStatus) return undefined;
  const keys = [(inner && codeKeyOf(inner)) ?? null, bareCode];
  const code = keys.map(plainCode).find((one) => one !== undefined) ?? codeIn([errorText, inner?.message, said.message]);
  return { code, status: said.statusCode ?? keys.map(statusIn).find((one) => one !== undefined) };
}

function codeKeyOf({ code, errorCode, error_code }: z.infer<typeof innerError>): string | null {
  return code ?? errorCode ?? error_code;
}

/** An HTTP status in the place of a code. */
function statusIn(code: string | null): number | undefined {
  return /^[45]\d\d$/.test(code ?? '') ? Number(code) : undefined;
}

/** Only what looks like a code goes on: the text reaches replies and logs. */
function plainCode(code: string | null): string | undefined {
  if (statusIn(code) !== undefined) return undefined;
  const trimmed = code?.trim().toUpperCase() ?? '';
  return /^A[CRP][-_ ]?\d{3,4}$/.test(trimmed) ? (writtenCode(trimmed) ?? trimmed) : /^[A-Z0-9_-]{1,40}$/.test(trimmed) ? trimmed : undefined;
}

/** An envelope without a field for its code may have it in its words. */
function codeIn(texts: readonly (string | undefined)[]): string | undefined {
  return texts.map((text) => writtenCode(text ?? '')).find((code) => code !== undefined);
}
