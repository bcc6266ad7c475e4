import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { breakText } from './break-text.ts';
import { copyCheckout } from './copy-checkout.ts';
import type { Mutant } from './mutant.ts';
import { runTests } from './run-tests.ts';

/** `untested`: the named test fails without the mutant too, is not there, or cannot be loaded with it, so that it shows nothing. */
export type Verdict = 'caught' | 'survived' | 'untested' | 'does not fit';

export interface Trial {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/**
 * Breaks a copy of the checkout, one mutant after the other, and runs the test that must notice. Each named test is first seen to pass unbroken.
 * @param lanes how many copies are worked on at once
 * @param tell called after each
 */
export async function tryMutants(root: string, mutants: readonly Mutant[], lanes: number, tell: (trial: Trial) => void): Promise<Trial[]> {
  const queue = [...Map.groupBy(mutants, ({ caughtBy }) => caughtBy.file)].sort(([, a], [, b]) => b.length - a.length);
  const trials: Trial[] = [];
  const work = async () => {
    const folder = await copyCheckout(root);
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [file, group] = next;
        const sound = await runTests(folder, file, group.map(({ caughtBy }) => caughtBy.title));
        for (const mutant of group) {
          const trial = { mutant, verdict: sound.failed > 0 || sound.passed === 0 ? ('untested' as const) : await tryMutant(folder, mutant) };
          trials.push(trial);
          tell(trial);
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return trials;
}

async function tryMutant(folder: string, mutant: Mutant): Promise<Verdict> {
  const file = path.join(folder, mutant.file);
  const sound = await readFile(file, 'utf8');
  let broken: string;
  try {
    broken = breakText(sound, mutant);
  } catch {
    return 'does not fit';
  }
  await writeFile(file, broken);
  try {
    const { passed, failed } = await runTests(folder, mutant.caughtBy.file, [mutant.caughtBy.title]);
    if (failed > 0) return 'caught';
    return passed > 0 ? 'survived' : 'untested';
  } finally {
    await writeFile(file, sound);
  }
}
