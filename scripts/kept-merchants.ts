import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LocalCloudError } from '../local/local-cloud-error.ts';
import { writePrivateJson } from '../local/write-private-json.ts';
import { seeded, type Seeded } from './seed-merchants.ts';

const name = 'merchants.json';

/** The merchants of the first start with this data folder; undefined before there is one. @throws LocalCloudError when the file is not ours */
export function readKeptMerchants(folder: string): Seeded | undefined {
  const file = path.join(folder, name);
  if (!existsSync(file)) return undefined;
  try {
    return seeded.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new LocalCloudError(`${file} cannot be read by this version: move the data folder away to start with nothing.`, { cause });
  }
}

/** Keeps the merchants with the text of their API keys, of which the tables have hashes only. */
export function keepMerchants(folder: string, merchants: Seeded): void {
  writePrivateJson(folder, name, merchants);
}
