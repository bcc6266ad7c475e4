import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { titlePattern } from './title-pattern.ts';

/** Many times what any of them takes: a mutant may go round in circles. */
const limitMs = 180_000;

const report = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });

/**
 * Runs the named tests of one file, and no other.
 * @param folder a checkout
 * @param titles as they stand in the file
 * @returns how many passed and failed; neither when the file could not be loaded. A run without end counts as failed
 */
export async function runTests(folder: string, file: string, titles: readonly string[]): Promise<{ passed: number; failed: number }> {
  const outputFile = path.join(folder, 'mutants-report.json');
  await rm(outputFile, { force: true });
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', file, '-t', titles.map(titlePattern).join('|'), '--reporter=json', `--outputFile=${outputFile}`];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore', detached: true, env: { ...process.env, NO_COLOR: '1' } });
  const isOver = await Promise.race([once(child, 'exit').then(() => true), setTimeout(limitMs, false, { ref: false })]);
  if (!isOver) {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL'); // its workers, too
    return { passed: 0, failed: titles.length };
  }
  const text = await readFile(outputFile, 'utf8').catch(() => '{"numPassedTests":0,"numFailedTests":0}');
  const { numPassedTests: passed, numFailedTests: failed } = report.parse(JSON.parse(text));
  return { passed, failed };
}
