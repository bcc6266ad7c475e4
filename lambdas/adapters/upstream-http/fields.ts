import * as z from 'zod';
import { JsonNumber } from './exact-json.ts';
import { readTime } from './read-time.ts';

/** Text, or a number as it was written: upstream changes its mind about which (aerosync-api.md §10, 26 and 27). */
export const scalar = z.union([z.string(), z.instanceof(JsonNumber).transform(({ text }) => text)]);

/** A value that upstream may leave out: absent, null and empty all say nothing, and become null. */
export const optionalScalar = scalar.nullish().transform((value) => (value === undefined || value === '' ? null : value));

/** More than any text that is shown or stored, and little enough for a row of a table. */
const longestText = 10_000;

/** As {@link optionalScalar}, for what is never a number; cut where no honest text is that long. */
export const optionalText = z.string().nullish().transform((value) => (value === undefined || value === '' ? null : (value?.slice(0, longestText) ?? null)));

const flagWords: ReadonlyMap<string, boolean> = new Map([['true', true], ['1', true], ['false', false], ['0', false]]);

/** A boolean, which the older API writes as `"1"` or `1` (aerosync-api.md §3.5). */
export const optionalFlag = z.union([z.boolean(), scalar]).nullish().transform((value, context) => {
  if (value === undefined || value === null || value === '') return null;
  const flag = typeof value === 'boolean' ? value : flagWords.get(value.toLowerCase());
  if (flag === undefined) context.addIssue('no boolean');
  return flag ?? null;
});

/** A number of seconds, as a number or as text. */
export const seconds = scalar.pipe(z.string().regex(/^\d{1,9}(\.\d{1,9})?$/)).transform(Number);

/** A point in time as ISO 8601 UTC with milliseconds; null where upstream left it out. */
export const optionalTime = optionalScalar.transform((value, context) => {
  if (value === null) return null;
  const time = readTime(value);
  if (time === undefined) context.addIssue('no time');
  return time?.toISOString() ?? null;
});

/** The day that a date or time names, as it was written; null where upstream left it out. */
export const optionalDay = optionalScalar.transform((value, context) => {
  if (value === null) return null;
  const time = readTime(value);
  if (time === undefined) context.addIssue('no day');
  return /^\d+-/.test(value.trim()) ? value.trim().slice(0, 10) : (time?.toISOString().slice(0, 10) ?? null);
});

/** A bearer token: what may stand in a header, so that a strange one cannot surface in an error of `fetch`. */
export const token = z.string().regex(/^[\x21-\x7e]+$/);
