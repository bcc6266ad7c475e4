import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiRoutes, webhookRoutes } from '../../lib/routes.ts';
import { bundle } from '../../scripts/bundle.ts';
import { findFunctions } from '../../scripts/functions.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A repository with these handler files, each under `lambdas/`. */
function repository(files: readonly string[], text = 'export const handler = async () => ({});\n'): string {
  const root = temporaryFolder();
  for (const file of files) {
    mkdirSync(path.join(root, 'lambdas', path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, 'lambdas', file), text);
  }
  return root;
}
const everyRoute = [...apiRoutes.map(({ name }) => `api/${name}.ts`), ...webhookRoutes.map(({ name }) => `webhooks/${name}.ts`)];

describe('what the build takes for a function', () => {
  it('is every file in a folder of handlers, but not what stands in a folder below', () => {
    const found = findFunctions(repository([...everyRoute, 'tasks/poll.ts', 'events/sweep.ts', 'api/shapes/shape-job.ts', 'usecases/start-job-again.ts']));
    expect(found.map(({ file }) => file).sort()).toEqual([...everyRoute, 'tasks/poll.ts', 'events/sweep.ts'].map((file) => `lambdas/${file}`).sort());
  });

  it('names the file that a route lacks', () => {
    const root = repository(everyRoute.filter((file) => file !== 'api/start-job.ts'));
    expect(() => findFunctions(root)).toThrow('POST /v1/connections/{connectionId}/jobs has no handler: write lambdas/api/start-job.ts');
  });

  it('refuses two functions of one name', () => {
    expect(() => findFunctions(repository([...everyRoute, 'events/start-job.ts']))).toThrow('Two handlers are called start-job');
  });

  it('refuses a file that exports no handler', async () => {
    const root = repository(['tasks/helper.ts'], 'export const help = 1;\n');
    mkdirSync(path.join(root, 'scripts/substitutes'), { recursive: true });
    await expect(bundle(root, [{ name: 'helper', file: 'lambdas/tasks/helper.ts' }])).rejects.toThrow('lambdas/tasks/helper.ts must "export const handler"');
  });
});
