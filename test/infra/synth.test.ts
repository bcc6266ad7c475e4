import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { check } from '../../bin/aerobridge.ts';
import { stageNames, stages } from '../../lib/config/stages.ts';
import { synthesise } from '../../scripts/synth.ts';
import { appOf, deploymentOf } from './deployment.ts';
import { stubBundles } from './stub-bundles.ts';
import { temporaryFolder } from './temporary-folder.ts';

const patienceMs = 60_000;

describe('synth', () => {
  it('finds nothing in the stage with the strictest settings, by CloudFormation and by cdk-nag', { timeout: patienceMs }, async () => {
    const outdir = temporaryFolder();
    await synthesise({ stage: 'production', outdir, validate: true, bundles: stubBundles() });
    expect(JSON.parse(readFileSync(path.join(outdir, 'validation-report.json'), 'utf8'))).toMatchObject({ pluginReports: [] });
  });

  it('would find what cdk-nag refuses', { timeout: patienceMs }, () => {
    const { app, stacks } = appOf('dev');
    new Queue(stacks.data, 'Naive');
    check(app);
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS4/);
  });

  it('says the same twice', { timeout: patienceMs }, async () => {
    const bundles = stubBundles();
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    await Promise.all([first, second].map((outdir) => synthesise({ stage: 'sandbox', outdir, validate: false, bundles })));
    const files = readdirSync(first).filter((file) => file.endsWith('.json') && !file.startsWith('tree'));
    expect(files.length).toBeGreaterThan(12);
    expect(files.filter((file) => readFileSync(path.join(first, file), 'utf8') !== readFileSync(path.join(second, file), 'utf8'))).toEqual([]);
  });

  it('says what the app said when it cannot', { timeout: patienceMs }, async () => {
    const refused = synthesise({ stage: 'dev', outdir: temporaryFolder(), validate: false, bundles: temporaryFolder() });
    await expect(refused).rejects.toThrow(/The stage dev does not synthesise\.[^]*run "npm run build" first/);
  });
});

describe('the app', () => {
  it("takes CDK's recommended flags, but keeps references between stacks strong", () => {
    const recommended = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json') as object;
    const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
    // A weak one keeps an old value when only the stack it names has changed.
    expect(context).toEqual({ ...recommended, '@aws-cdk/core:defaultCrossStackReferences': 'strong' });
    expect(JSON.stringify(deploymentOf('dev').templates)).not.toContain('Fn::GetStackOutput');
  });

  it.each(['lib', 'bin'])('does not know where it runs: no word of a local cloud in %s', (root) => {
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(0);
    const telling = files.filter((file) => /localhost|127\.0\.0\.1|::1|AWS_ENDPOINT_URL|simulator/i.test(readFileSync(path.join(root, file), 'utf8')));
    expect(telling).toEqual([]);
  });

  it('tells operators what they need, by name', () => {
    const outputs = Object.values(deploymentOf('dev').templates).flatMap(({ Outputs = {} }) => Object.keys(Outputs));
    expect(outputs).toEqual(
      expect.arrayContaining([
        'ApiUrl', 'UsersTable', 'ConnectionsTable', 'JobsTable', 'ResultsTable', 'AccessTable', 'DataKeyArn', 'JobMachineArn', 'DeploymentKeySecretArn', 'MerchantSecretsPrefix',
      ]),
    );
  });

  it.each(stageNames)('is within its own limits in %s', (name) => {
    const { resultDays, upstream } = stages[name];
    expect(resultDays).toBeLessThanOrEqual(30);
    expect(upstream.environment).toBe(name === 'production' ? 'production' : 'sandbox');
  });
});
