import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** Runs a script as a person without an AWS account would. */
function run(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: { HOME: temporaryFolder(), AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return { status, stdout, lines: stderr.trim().split('\n') };
}

it.each([
  ['synth', 'scripts/synth.ts', ['--stage', 'prod'], /^There is no stage "prod": choose one of dev, sandbox, production\.$/],
  ['deploy', 'scripts/deploy.ts', ['--stage', 'prod'], /^There is no stage "prod": choose one of dev, sandbox, production\.$/],
  ['deploy', 'scripts/deploy.ts', [], /^Say which stage: /],
  ['deploy', 'scripts/deploy.ts', ['--stage', 'sandbox', '--require-approval', 'never'], /^There are no AWS credentials: /],
])('%s ends with one clear sentence: %s %j', (_, script, args, sentence) => {
  const { status, stdout, lines } = run(script, ...args);
  expect(lines).toEqual([expect.stringMatching(sentence)]);
  expect(stdout).toBe('');
  expect(status).toBe(1);
});
