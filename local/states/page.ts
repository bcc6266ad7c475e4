import * as z from 'zod';
import { ServiceError } from './service-error.ts';

const position = z.strictObject({ of: z.string(), after: z.int() });

/**
 * Cuts one page out of a list.
 * @param items all items, in the order of the answer
 * @param keyOf a number that names an item for good, so that a page starts where the last one ended whatever has been added since
 * @param of what the list depends on; a `nextToken` from another list is refused with `InvalidToken`, as the API reference
 *   wants "all other arguments unchanged"
 */
export function pageOf<T>(items: readonly T[], keyOf: (item: T) => number, of: string, request: { maxResults?: number | undefined; nextToken?: string | undefined }): { page: readonly T[]; nextToken?: string } {
  const start = request.nextToken === undefined ? 0 : items.findIndex((item) => keyOf(item) === readToken(request.nextToken ?? '', of)) + 1;
  const size = request.maxResults === undefined || request.maxResults === 0 ? 100 : request.maxResults;
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  return last === undefined || start + size >= items.length ? { page } : { page, nextToken: writeToken({ of, after: keyOf(last) }) };
}

function writeToken(value: z.infer<typeof position>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function readToken(token: string, of: string): number {
  try {
    const parsed = position.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
    if (parsed.of === of) return parsed.after;
  } catch {
    // Not one of ours: the same answer as for one of another list.
  }
  throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}
