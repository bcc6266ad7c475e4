import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { stageNamed, stageNames, type StageName } from '../lib/config/stages.ts';
import { buildFunctions } from './build.ts';

const root = path.join(import.meta.dirname, '..');
const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

export interface Synthesis {
  readonly stage: StageName;
  /** Where the assembly goes: templates, assets, manifest. */
  readonly outdir: string;
  /** CloudFormation's validation and cdk-nag. Takes seconds, and is what a person wants before a deployment. */
  readonly validate: boolean;
  /** Folder of the built functions. Default `dist/functions`. */
  readonly bundles?: string;
}

/**
 * Runs the CDK app as `cdk synth` does, without the network, an account, or the start of the command line.
 * The functions must have been built.
 * @throws Error with what the app said when it does not synthesise or a validation finds something
 */
export async function synthesise({ stage, outdir, validate, bundles }: Synthesis): Promise<void> {
  const { context } = cdkJson.parse(JSON.parse(await readFile(path.join(root, 'cdk.json'), 'utf8')));
  const app = spawn(process.execPath, ['bin/aerobridge.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      CDK_OUTDIR: path.resolve(outdir),
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage, ...(bundles !== undefined && { bundles }) }),
      CDK_VALIDATION: String(validate),
    },
  });
  const closed = once(app, 'close');
  let said = '';
  app.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await closed;
  if (app.exitCode !== 0) throw new Error(`The stage ${stage} does not synthesise.\n${said.trim()}`);
}

if (import.meta.main) {
  try {
    const { stage = 'dev' } = parseArgs({ options: { stage: { type: 'string' } } }).values;
    const wanted = stage === 'all' ? stageNames : [stageNamed(stage).name];
    await buildFunctions();
    for (const name of wanted) {
      const outdir = path.join(root, 'cdk.out', ...(stage === 'all' ? [name] : []));
      await synthesise({ stage: name, outdir, validate: true });
      console.log(`${name}: ${path.relative(process.cwd(), outdir)} is ready, with no finding of CloudFormation's validation or of cdk-nag AwsSolutions`);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
