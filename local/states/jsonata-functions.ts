import { createHash } from 'node:crypto';
import type { Expression } from 'jsonata';

/** JSONata 2.0.6's own functions that Step Functions has too: all but `$eval`. A test compares this list with the library. */
const libraryFunctions = [
  'abs', 'append', 'assert', 'average', 'base64decode', 'base64encode', 'boolean', 'ceil', 'clone', 'contains', 'count',
  'decodeUrl', 'decodeUrlComponent', 'distinct', 'each', 'encodeUrl', 'encodeUrlComponent', 'error', 'exists', 'filter', 'floor',
  'formatBase', 'formatInteger', 'formatNumber', 'fromMillis', 'join', 'keys', 'length', 'lookup', 'lowercase', 'map', 'match',
  'max', 'merge', 'millis', 'min', 'not', 'now', 'number', 'pad', 'parseInteger', 'power', 'random', 'reduce', 'replace',
  'reverse', 'round', 'shuffle', 'sift', 'single', 'sort', 'split', 'spread', 'sqrt', 'string', 'substring', 'substringAfter',
  'substringBefore', 'sum', 'toMillis', 'trim', 'type', 'uppercase', 'zip',
] as const;

/** Functions that Step Functions adds, or overloads, as the developer guide's page on JSONata lists them. */
const addedFunctions = ['hash', 'parse', 'partition', 'random', 'range', 'uuid'] as const;

/** Every function name that an expression may call. */
export const functionNames: ReadonlySet<string> = new Set([...libraryFunctions, ...addedFunctions]);

const algorithms: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };

/** The longest array that `States.ArrayRange`, the model of `$range`, may make. */
const longestRange = 1000;

/**
 * Gives an expression the functions that Step Functions adds to JSONata, and takes `$eval` away.
 * @param sources where unseeded randomness and UUIDs come from
 */
export function registerStepFunctions(expression: Expression, sources: { random: () => number; newId: () => string }): void {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a<n>>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('random', (seed?: number) => (seed === undefined ? sources.random() : seededRandom(seed)), '<n?:n>');
  expression.registerFunction('uuid', () => sources.newId(), '<:s>');
  expression.registerFunction('parse', (text?: string): unknown => (text === undefined ? undefined : JSON.parse(text)), '<s:x>');
  // The definition is refused before this can be called; the shadow is for a name that is put together at run time.
  expression.registerFunction('eval', () => {
    throw new Error('$eval is not supported by Step Functions; use $parse');
  });
}

function partition(items?: unknown[], size?: number): unknown[][] | undefined {
  if (items === undefined || size === undefined) return undefined;
  if (!Number.isInteger(size) || size < 1) throw new Error('the second argument of $partition must be a positive integer');
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function range(first?: number, last?: number, step?: number): number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  if (![first, last, step].every(Number.isInteger)) throw new Error('the arguments of $range must be integers');
  if (step === 0) throw new Error('the third argument of $range must not be zero');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > longestRange) throw new Error(`$range makes at most ${longestRange} elements`);
  const values = Array.from({ length }, (_, index) => first + index * step);
  // Recorded on AWS: $range(1, 9, 9) gives 1, not [1]. It is a JSONata sequence, of which one element is the element itself.
  return Object.defineProperty(values, 'sequence', { value: true, enumerable: false });
}

function hash(text?: string, algorithm?: string): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const known = algorithms[algorithm];
  if (known === undefined) throw new Error(`the second argument of $hash must be one of ${Object.keys(algorithms).join(', ')}`);
  return createHash(known).update(text, 'utf8').digest('hex');
}

/** The same seed gives the same number, as on AWS; it is not the number that AWS gives, whose algorithm is not published. */
function seededRandom(seed: number): number {
  return createHash('sha256').update(String(seed)).digest().readUIntBE(0, 6) / 2 ** 48;
}
