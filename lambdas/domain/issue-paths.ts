import type * as z from 'zod';

/**
 * Where a value differs from its schema, for an error text: paths only, since the values may be a person's data.
 * @param whole what the value itself is called
 * @param most how many paths are named; a long list may be wrong throughout
 */
export function issuePaths({ issues }: z.ZodError, whole: string, most = issues.length): string {
  return issues
    .slice(0, most)
    .map(({ path }) => path.map(String).join('.') || whole)
    .join(', ');
}
