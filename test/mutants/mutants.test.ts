import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allMutants } from '../../scripts/mutants/all-mutants.ts';
import { breakText } from '../../scripts/mutants/break-text.ts';
import type { Mutant } from '../../scripts/mutants/mutant.ts';
import { titlePattern } from '../../scripts/mutants/title-pattern.ts';

const read = (file: string) => readFileSync(file, 'utf8');

describe('the list of mutants', () => {
  it('has a name for each, and no name twice', () => {
    expect(allMutants.length).toBeGreaterThanOrEqual(60);
    expect(new Set(allMutants.map(({ name }) => name)).size).toBe(allMutants.length);
  });

  it.each(allMutants.map((mutant) => ({ ...mutant, mutant })))('breaks one place of the tree as it is now: $name', ({ file, mutant }) => {
    expect(breakText(read(file), mutant)).not.toBe(read(file));
  });

  it.each(allMutants)('names a test that there is: $name', ({ caughtBy: { file, title } }) => {
    const quoted = [`'${title.replaceAll("'", String.raw`\'`)}'`, `"${title}"`];
    expect(quoted.some((literal) => new RegExp(`\\bit(\\.each\\(.*\\))?\\(${escaped(literal)}|\\]\\)\\(${escaped(literal)}`, 'u').test(read(file))), `${file}: ${title}`).toBe(true);
  });
});

describe('a mutant', () => {
  const mutant: Mutant = { name: 'swap', file: 'a.ts', find: 'a < b', replace: "a > b // $& $1 $'", caughtBy: { file: 'a.test.ts', title: 'compares' } };

  it('changes nothing but its place, to the very letters', () => {
    expect(breakText('if (a < b) c();', mutant)).toBe("if (a > b // $& $1 $') c();");
  });

  it.each([['nowhere', 'if (b > a) c();'], ['twice', 'a < b && a < b']])('that fits %s is refused by name', (_where, text) => {
    expect(() => breakText(text, mutant)).toThrow(/the mutant "swap" fits [02] places of a\.ts instead of one/u);
  });
});

describe('the pattern of a title', () => {
  it.each([
    ['is refused: %s', 'a signature is refused: no header'],
    ['$schedule, upstream takes $seconds s: $count', 'billed transitions trusting, woken by webhook, upstream takes 3 s: 4'],
    ['$name refuses (a key) without its scope', 'scopes startJob refuses (a key) without its scope'],
  ])('%j finds %j', (title, full) => {
    expect(full).toMatch(new RegExp(titlePattern(title), 'u'));
  });

  it('finds no other title', () => {
    expect('is refused once').not.toMatch(new RegExp(titlePattern('is refused. once'), 'u'));
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
