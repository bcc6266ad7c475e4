import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that this process has locked, which its process id alone does not tell from what a killed one with the same id left behind. */
const lockedHere = new Set<string>();

/**
 * Keeps a folder for one process, by a file with its id. A lock that a killed process left behind counts for nothing.
 * @returns how to give the folder back
 * @throws Error with a sentence when another living process has it
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'simulator.lock');
  const holder = holderOf(file);
  if (holder === process.pid ? lockedHere.has(file) : holder !== undefined && isAlive(holder)) {
    throw new Error(`The data in ${folder} is in use by process ${holder}: stop it, or delete ${file} if that is no simulator.`);
  }
  writeFileSync(file, String(process.pid), { mode: 0o600 });
  lockedHere.add(file);
  return () => {
    lockedHere.delete(file);
    rmSync(file, { force: true });
  };
}

function holderOf(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

/** A killed process that nobody has waited for can still be signalled, but holds nothing any more. */
function isAlive(processId: number): boolean {
  try {
    if (process.platform === 'linux' && /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${processId}/stat`, 'utf8'))) return false;
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
