import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder hold exactly these files. What is right already is not touched, so that a build beside a running one,
 * or under a process that reads the folder, changes nothing when nothing has changed.
 */
export async function writeFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([...files].map(([name, text]) => writeChanged(path.join(folder, name), text)));
  await keepOnly(folder, new Set(files.keys()));
}

/** Removes everything else from a folder. */
export async function keepOnly(folder: string, names: ReadonlySet<string>): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !names.has(name));
  await Promise.all(others.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
}

async function writeChanged(file: string, text: string): Promise<void> {
  const old = await readFile(file, 'utf8').catch(() => undefined);
  if (old !== text) await writeFile(file, text);
}
