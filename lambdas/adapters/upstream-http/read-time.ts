import * as z from 'zod';

const written = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?)?\s?(?:(Z)|([+-]\d{2}):?(\d{2}))?$/i;
const day = z.iso.date();
/** Of this century and the one around it: no fewer digits, so that no other number is taken for a time. */
const epoch = /^\d{9,13}(?:\.\d{1,9})?$/;

/**
 * Reads a day or a time of ISO 8601, also with a space for the `T` and with microseconds, and seconds or milliseconds since 1970, which are told
 * apart by their size. A time without zone is UTC (api.md, "Results"). Undefined for anything else, days that do not exist included.
 */
export function readTime(text: string): Date | undefined {
  if (epoch.test(text.trim())) return new Date(Number(text) * (Number(text) >= 1e11 ? 1 : 1000));
  const match = written.exec(text.trim());
  if (match === null || !day.safeParse(match[1]).success) return undefined;
  const [, date = '', minutes = '00:00', seconds = ':00', fraction = '', , hours, offset = '00'] = match;
  const zone = hours === undefined ? 'Z' : `${hours}:${offset}`;
  const time = new Date(`${date}T${minutes}${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`);
  // Its zone may carry a time that upstream means as "never" out of the years that four digits can say.
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time : undefined;
}
