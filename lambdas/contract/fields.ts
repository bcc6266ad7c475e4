import * as z from 'zod';
import { normalConnectionId } from '../domain/connection.ts';

/** What every id of ours and of upstream's looks like; anything else cannot exist, and does not reach a table. */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
/** An id in a query or a body. */
export const id = z.string().regex(idPattern, { error: 'must be an id' });

/** A connection id in a path: dashes and either case are accepted; what is no id at all is simply not found later. */
export const connectionIdInPath = z
  .string()
  .transform((id) => normalConnectionId(id) ?? id)
  .meta({ type: 'string', description: "Upstream's connectionId as 32 hex digits; dashes and case are accepted", example: '68c13bc0855a4f85853f6aafaa43e461' });

/** A connection id in a body. */
export const connectionIdInBody = z
  .string()
  .refine((id) => normalConnectionId(id) !== undefined, { error: 'must be a connectionId of 32 hex digits', abort: true })
  .transform((id) => normalConnectionId(id) ?? id)
  .meta({ type: 'string', example: '68c13bc0855a4f85853f6aafaa43e461' });

/** A time in a query, with `Z` or an offset; compared in UTC. */
export const time = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .refine((text) => /^\d{4}-/.test(text), { error: 'must be a time before the year 10000' })
  .meta({ type: 'string', format: 'date-time', example: '2026-11-01T12:00:00.000Z' });

/** A whole number in a query: digits only, so that `1e2`, ` 5` and an empty text are refused. */
export function queryInteger(minimum: number, maximum: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^\d{1,9}$/, { error: 'must be a whole number', abort: true })
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, { error: `must be from ${minimum} to ${maximum}` })
    .meta({ override: { type: 'integer', minimum, maximum } });
}

/** `limit` and `cursor` of every list (api.md, "Lists"). */
export const paging = {
  limit: queryInteger(1, 500).optional(),
  cursor: z.string().min(1).max(2048).optional(),
};
/** Items of a page when the caller does not say. */
export const defaultLimit = 100;

export function pageOf<T extends z.ZodType>(id: string, item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() }).meta({ id });
}
