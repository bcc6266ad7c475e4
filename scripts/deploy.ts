import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { stageNamed, type StageName } from '../lib/config/stages.ts';

const root = path.join(import.meta.dirname, '..');

/**
 * `npm run deploy -- --stage sandbox` is `cdk deploy --all` for that stage, after a build (cdk.json names the command).
 * Every other option is handed on: `--require-approval never`, `--profile merchant`, `--outputs-file outputs.json`, …
 */
async function deploy(args: string[]): Promise<number> {
  const { stage, options } = stageAndOptions(args);
  await checkCredentials(options);
  const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [cdk, 'deploy', '--all', '--context', `stage=${stage}`, ...options], { cwd: root, stdio: 'inherit' });
  await once(child, 'close');
  return child.exitCode ?? 1;
}

function stageAndOptions(args: string[]): { stage: StageName; options: string[] } {
  const { values, tokens } = parseArgs({ args, options: { stage: { type: 'string' } }, strict: false, tokens: true });
  if (typeof values.stage !== 'string') throw new Error('Say which stage: npm run deploy -- --stage sandbox');
  const own = new Set(tokens.flatMap((token) => (token.kind === 'option' && token.name === 'stage' ? [token.index, ...(token.inlineValue === false ? [token.index + 1] : [])] : [])));
  return { stage: stageNamed(values.stage).name, options: args.filter((_, index) => !own.has(index)) };
}

/** The command line would find out by itself, minutes later and in many lines. A profile is its own matter. */
async function checkCredentials(options: string[]): Promise<void> {
  if (options.some((option) => option.startsWith('--profile'))) return;
  try {
    await new SecretsManagerClient({ region: 'us-east-1' }).config.credentials();
  } catch {
    throw new Error('There are no AWS credentials: sign in (for example "aws sso login"), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  }
}

if (import.meta.main) {
  process.exitCode = await deploy(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
}
