import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { LocalCloudError } from '../local-cloud-error.ts';
import { firstIssue } from './first-issue.ts';

/** Reads one JSON file of the assembly through its schema, or says in a sentence what is wrong with the file. */
export function readJsonFile<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LocalCloudError(`${file} cannot be read: synthesise the app again.`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LocalCloudError(`${file} is not JSON: synthesise the app again.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new LocalCloudError(`${file} is not what the local cloud can boot: ${firstIssue(parsed.error)}`, { cause: parsed.error });
}
