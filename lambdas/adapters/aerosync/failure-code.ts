import { JsonNumber } from '../upstream-http/exact-json.ts';
import { writtenCode } from '../upstream-http/written-code.ts';

/** What of a reply is looked at: a state is a few lines, and whatever is larger is not read to its end. */
const mostTexts = 100;
const deepest = 5;

/**
 * Upstream's AC or AR code in a job's status reply or a webhook's data; null when there is none. Nobody has documented where a failed job carries
 * it (aerosync-api.md §4.3), so it is looked for in every text, first in those that call themselves a code.
 */
export function failureCode(body: unknown): string | null {
  const texts = textsOf(body);
  const named = texts.filter(({ key }) => /code/i.test(key));
  for (const { text } of [...named, ...texts]) {
    const code = writtenCode(text);
    if (code !== undefined && /^A[CR]-/.test(code)) return code;
  }
  return null;
}

interface KeyedText {
  readonly key: string;
  readonly text: string;
}

function textsOf(body: unknown): KeyedText[] {
  const texts: KeyedText[] = [];
  const collect = (value: unknown, key: string, depth: number): void => {
    if (texts.length >= mostTexts || depth > deepest) return;
    if (typeof value === 'string') texts.push({ key, text: value });
    else if (typeof value === 'object' && value !== null && !(value instanceof JsonNumber)) for (const [name, member] of Object.entries(value)) collect(member, name, depth + 1);
  };
  collect(body, '', 0);
  return texts;
}
