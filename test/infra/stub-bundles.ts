import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { apiAccess } from '../../lib/access/api-access.ts';
import { eventAccess, feedAccess, taskAccess } from '../../lib/access/job-access.ts';
import { webhookRoutes } from '../../lib/routes.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Every function that the stacks deploy, by the name of its file. */
export const deployedFunctions = [...Object.keys(apiAccess), ...Object.keys(taskAccess), ...webhookRoutes.map(({ name }) => name), ...Object.keys(eventAccess), ...Object.keys(feedAccess)];

/** A folder that looks built: what the templates say does not depend on what the handlers do. */
export function stubBundles(): string {
  const folder = temporaryFolder();
  for (const name of deployedFunctions) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'index.mjs'), 'export const handler = async () => ({});\n');
  }
  return folder;
}
