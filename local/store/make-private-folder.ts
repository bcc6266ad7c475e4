import { chmodSync, mkdirSync } from 'node:fs';

/** Makes a folder for this user alone, also where it is there already and more open, or where another umask would leave it so. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}
