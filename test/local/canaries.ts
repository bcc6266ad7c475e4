import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestEnvironment } from './environment.ts';
import { readExecutions } from './executions.ts';

/** What a value is, for the report of a find. */
export type Canaries = Readonly<Record<string, string>>;
/** Where something was written, and what. */
export interface Written {
  readonly place: string;
  readonly text: string;
}

/** The fields of `endpoints.json` that hold a secret by design. */
const declared = ['apiKey', 'noScopeKey', 'webhookSecret'];

/** Everything that must stay quiet: what the functions wrote, the histories of all executions, and the files of the local folder. */
export async function everythingWritten(environment: TestEnvironment): Promise<Written[]> {
  const output = environment.output.map(({ functionName, stream, text }) => ({ place: `${stream} of ${functionName}`, text }));
  const executions = (await readExecutions(environment)).map((execution) => ({ place: `execution ${execution.name}`, text: JSON.stringify(execution) }));
  return [...output, ...executions, ...(await filesUnder(environment.folder))];
}

/** Whatever of the values stands there: as it is, with its JSON or URL escapes, or in base64. */
export function find(canaries: Canaries, written: readonly Written[]): string[] {
  const forms = Object.entries(canaries).flatMap(([name, value]) => [...formsOf(value)].map((form) => ({ name, form })));
  return [...new Set(written.flatMap(({ place, text }) => forms.filter(({ form }) => text.includes(form)).map(({ name }) => `${name} in ${place}`)))];
}

function formsOf(value: string): Set<string> {
  // Base64 of a text within a longer one depends on where it begins: the middle of each of the three alignments is the same wherever it stands.
  const inBase64 = [0, 1, 2].map((shift) => Buffer.from(`${' '.repeat(shift)}${value}`).toString('base64').slice(shift === 0 ? 0 : 4, -4));
  return new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), ...inBase64.filter((form) => form.length >= 8)]);
}

async function filesUnder(folder: string): Promise<Written[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8');
      const withoutDeclared = (key: string, value: unknown) => (declared.includes(key) ? undefined : value);
      return { place: path.relative(folder, file), text: path.basename(file) === 'endpoints.json' ? JSON.stringify(JSON.parse(text), withoutDeclared) : text };
    }),
  );
}
