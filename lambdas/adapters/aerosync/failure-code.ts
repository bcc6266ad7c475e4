import * as z from 'zod';

const text = z.string().optional().catch(undefined);
/** Nobody has documented where a failed job carries its code (aerosync-api.md §4.3): these are the places other replies use. */
const places = {
  code: text, errorCode: text, error_code: text, ac_code: text, acCode: text, AC_CODE: text,
  message: text, errorMessage: text, error_message: text, description: text, reason: text,
};
const said = z.object({ ...places, error: z.union([z.string(), z.object(places)]).optional().catch(undefined) });
const written = /\bA([CR])[-_]?(\d{3})\b/i;

/** Upstream's AC or AR code in a job's status reply or a webhook's data, wherever it stands; null when there is none. */
export function failureCode(body: unknown): string | null {
  const { error, ...rest } = said.safeParse(body).data ?? {};
  const texts = [...(typeof error === 'string' ? [error] : Object.values(error ?? {})), ...Object.values(rest)];
  for (const candidate of texts) {
    const [, family, number] = written.exec(candidate ?? '') ?? [];
    if (family !== undefined && number !== undefined) return `A${family.toUpperCase()}-${number}`;
  }
  return null;
}
