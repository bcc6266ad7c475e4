import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../is-alive.ts';
import { LocalCloudError } from '../local-cloud-error.ts';
import { makePrivateFolder } from './make-private-folder.ts';

/** Folders that this process has locked, which its process id alone does not tell from what a killed one with the same id left behind. */
const lockedHere = new Set<string>();

/**
 * Keeps a folder, which is made if need be, for one process by a file with its id. A lock that a killed process left behind counts for nothing.
 * @returns how to give the folder back
 * @throws LocalCloudError when another living process has it
 */
export function lockFolder(folder: string): () => void {
  makePrivateFolder(folder);
  const file = path.join(folder, 'local-cloud.lock');
  const holder = holderOf(file);
  if (holder === process.pid ? lockedHere.has(file) : holder !== undefined && isAlive(holder)) {
    throw new LocalCloudError(`The data in ${folder} is in use by process ${holder}: stop it, name another folder, or delete ${file} if that is no local cloud.`);
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
