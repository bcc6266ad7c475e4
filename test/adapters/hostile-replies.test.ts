import { describe, expect, it } from 'vitest';
import { JsonNumber, parseExactJson } from '../../lambdas/adapters/upstream-http/exact-json.ts';
import { optionalText } from '../../lambdas/adapters/upstream-http/fields.ts';
import { readTime } from '../../lambdas/adapters/upstream-http/read-time.ts';

describe("upstream's JSON", () => {
  it.each([
    ['a million small values', `[${'0,'.repeat(1_100_000)}0]`],
    ['a thousand brackets', `${'['.repeat(1000)}${']'.repeat(1000)}`],
    ['a million empty objects', `[${'{},'.repeat(1_100_000)}{}]`],
  ])('is refused with %s before it takes the memory', (_what, text) => {
    expect(() => parseExactJson(text)).toThrow(RangeError);
  });

  it('may hold brackets, commas and escaped quotes in its texts, however many', () => {
    const text = `${'[{,'.repeat(500_000)}\\"\"`;
    expect(parseExactJson(JSON.stringify({ text, amount: 1 }))).toEqual({ text, amount: new JsonNumber('1') });
  });

  it('has half a surrogate pair replaced, which no table holds', () => {
    expect(parseExactJson('{"nickname":"caf\\ud83d"}')).toEqual({ nickname: 'caf\ufffd' });
  });
});

describe("upstream's texts", () => {
  it('are cut before they outgrow a row', () => {
    expect(optionalText.parse('x'.repeat(450_000))).toHaveLength(10_000);
  });
});

describe("upstream's times", () => {
  it.each(['9999-12-31T23:59:59-05:00', '0000-01-01T00:00:00+05:00', '0000-06-01T00:00:00Z'])('%s is none, since our rows and replies cannot say it', (text) => {
    expect(readTime(text)).toBeUndefined();
  });
  it.each(['9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z'])('%s is one', (text) => {
    expect(readTime(text)?.toISOString()).toBe(text.replace('Z', '.000Z'));
  });
});
