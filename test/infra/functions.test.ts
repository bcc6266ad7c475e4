import { beforeAll, describe, expect, it } from 'vitest';
import { at, deploymentOf } from './deployment.ts';
import { deployedFunctions } from './stub-bundles.ts';

describe.each(['dev', 'production'] as const)('functions of %s', (stage) => {
  let deployment: ReturnType<typeof deploymentOf>;
  beforeAll(() => {
    deployment = deploymentOf(stage);
  });
  const functions = () => deployment.resources('AWS::Lambda::Function');
  const described = (description: string) => functions().find((one) => at(one, 'Description') === description);

  it('are as many as the handlers', () => {
    expect(functions()).toHaveLength(deployedFunctions.length);
  });

  it('run on Node 24, on arm64, traced', () => {
    for (const { id, Properties } of functions()) {
      expect(Properties, id).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler', TracingConfig: { Mode: 'Active' } });
    }
  });

  it('each have a log group of their own, which forgets', () => {
    const groups = new Map(deployment.resources('AWS::Logs::LogGroup').map((group) => [group.id, group]));
    const used = functions().map((one) => at(one, 'LoggingConfig.LogGroup.Ref') as string);
    expect(new Set(used).size).toBe(functions().length);
    for (const id of used) expect(at(groups.get(id), 'RetentionInDays'), id).toBe(stage === 'dev' ? 7 : 365);
  });

  it('each have a role of their own, without a managed policy', () => {
    const roles = functions().map((one) => at(one, 'Role.Fn::GetAtt.0'));
    expect(new Set(roles).size).toBe(functions().length);
    expect(deployment.resources('AWS::IAM::Role').filter((role) => at(role, 'ManagedPolicyArns') !== undefined)).toEqual([]);
  });

  it('end before whoever waits for them gives up', () => {
    for (const one of deployment.resources('AWS::Lambda::Function', 'api')) expect(at(one, 'Timeout'), one.id).toBeLessThan(30);
    expect(at(described('Tells whose API key it is'), 'Timeout')).toBeLessThan(10);
    expect(at(described('POST /webhooks/aerosync/{merchantId}'), 'Timeout')).toBeLessThan(30);
  });

  it('call upstream by https, at paths that carry no version', () => {
    const urls = functions().flatMap((one) => [at(one, 'Environment.Variables.AEROPAY_BASE_URL'), at(one, 'Environment.Variables.AEROSYNC_BASE_URL')]);
    const known = urls.filter((url) => url !== undefined);
    expect(known.length).toBeGreaterThan(0);
    for (const url of known) expect(url).toMatch(/^https:\/\/[a-z.-]+$/);
  });

  it('keep concurrency for callers that wait for a job, where the stage has some to spare', () => {
    expect(at(described('GET /v1/jobs/{jobId}'), 'ReservedConcurrentExecutions')).toBe(stage === 'dev' ? undefined : 500);
  });
});
