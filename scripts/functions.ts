import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { apiRoutes, webhookRoutes } from '../lib/routes.ts';

/** One deployed function. */
export interface FunctionEntry {
  /** Name of its file, of its bundle's folder, and of its route where it has one. */
  readonly name: string;
  /** Its file, relative to the root of the repository. */
  readonly file: string;
}

const folders = ['api', 'tasks', 'webhooks', 'events'] as const;

/**
 * Every file in a folder of handlers is one function.
 * @param root the repository
 * @throws Error naming the file that a route of the contract lacks
 */
export function findFunctions(root: string): FunctionEntry[] {
  const entries = folders.flatMap((folder) => filesOf(path.join(root, 'lambdas', folder)).map((name) => ({ name, file: `lambdas/${folder}/${name}.ts` })));
  const found = new Set(entries.map(({ file }) => file));
  const expected = [...apiRoutes.map((route) => ({ route, folder: 'api' })), ...webhookRoutes.map((route) => ({ route, folder: 'webhooks' }))];
  for (const { route, folder } of expected) {
    const file = `lambdas/${folder}/${route.name}.ts`;
    if (!found.has(file)) throw new Error(`${route.method} ${route.path} has no handler: write ${file}, with "export const handler".`);
  }
  const twice = entries.find(({ name }, index) => entries.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new Error(`Two handlers are called ${twice.name}: rename one, since a function is named after its file.`);
  return entries;
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'))
    .sort();
}
