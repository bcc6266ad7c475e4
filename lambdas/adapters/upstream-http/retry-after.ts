/**
 * Whole seconds of a `Retry-After` header, written as seconds or as an HTTP date; undefined when it is absent or unreadable.
 * Never more than an hour: a caller has to hear of it again before that.
 */
export function retryAfterSeconds(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d{1,9}$/.test(header.trim()) ? Number(header) : Math.ceil((Date.parse(header) - now.getTime()) / 1000);
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), 3600);
}
