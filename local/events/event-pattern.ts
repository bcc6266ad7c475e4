import { isRecord } from '../assembly/is-record.ts';

/** A compiled event pattern. */
export type EventMatcher = (event: unknown) => boolean;

/**
 * Compiles an EventBridge pattern: nested members, lists of exact values, and `{"prefix": …}`.
 * For anything else it gives the path of what it does not implement.
 */
export function compilePattern(pattern: unknown, path = 'EventPattern'): EventMatcher | { readonly unknown: string } {
  if (!isRecord(pattern)) return { unknown: path };
  const members: [string, EventMatcher][] = [];
  for (const [name, expected] of Object.entries(pattern)) {
    if (name.startsWith('$')) return { unknown: `${path}.${name}` };
    const matcher = Array.isArray(expected) ? compileValues(expected, `${path}.${name}`) : compilePattern(expected, `${path}.${name}`);
    if ('unknown' in matcher) return matcher;
    members.push([name, matcher]);
  }
  return (event) => isRecord(event) && members.every(([name, matcher]) => Object.hasOwn(event, name) && matcher(event[name]));
}

function compileValues(expected: readonly unknown[], path: string): EventMatcher | { readonly unknown: string } {
  const tests: ((value: unknown) => boolean)[] = [];
  for (const one of expected) {
    if (isRecord(one)) {
      const { prefix, ...more } = one;
      if (typeof prefix !== 'string' || Object.keys(more).length > 0) return { unknown: `${path} (${Object.keys(one).join(', ')})` };
      tests.push((value) => typeof value === 'string' && value.startsWith(prefix));
    } else tests.push((value) => value === one);
  }
  const fits = (value: unknown): boolean => tests.some((test) => test(value));
  // A member that holds a list matches when one of its elements does.
  return (value) => (Array.isArray(value) ? value.some(fits) : fits(value));
}
