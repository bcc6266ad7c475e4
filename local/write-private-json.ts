import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makePrivateFolder } from './store/make-private-folder.ts';

/**
 * Writes `<folder>/<name>` so that a reader sees the whole of it or nothing. It may hold keys: folder and file are for this
 * user alone, also where an earlier run or another umask left them more open.
 * @returns the path of the file
 */
export function writePrivateJson(folder: string, name: string, value: unknown): string {
  makePrivateFolder(folder);
  const file = path.join(folder, name);
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return file;
}
