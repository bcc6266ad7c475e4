import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, deploymentOf, type Resource } from './deployment.ts';

const definition = readFileSync('statemachines/aggregation-job.asl.json', 'utf8');

describe('the job machine', () => {
  let deployment: ReturnType<typeof deploymentOf>;
  let machine: Resource | undefined;
  beforeAll(() => {
    deployment = deploymentOf('production');
    [machine] = deployment.resources('AWS::StepFunctions::StateMachine');
  });

  it('is deployed byte for byte as its file', () => {
    expect(at(machine, 'DefinitionString')).toBe(definition);
  });

  it('gets a value for every placeholder of its file, and no other', () => {
    const placeholders = [...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(at(machine, 'DefinitionSubstitutions') as object).sort()).toEqual([...new Set(placeholders)].sort());
  });

  it.each(['CreateUpstreamJob', 'PollUpstreamJob', 'FetchResult', 'RecordFailure'])('calls the function that the placeholder names: %s', (name) => {
    expect(at(machine, `DefinitionSubstitutions.${name}Arn.Fn::GetAtt.0`)).toMatch(new RegExp(`^${name}Function`));
  });

  it('keeps the data of jobs out of its log', () => {
    expect(at(machine, 'LoggingConfiguration')).toMatchObject({ Level: 'ERROR', IncludeExecutionData: false });
  });

  it('is a standard one, traced', () => {
    expect(machine?.Properties).toMatchObject({ StateMachineType: 'STANDARD', TracingConfiguration: { Enabled: true } });
  });

  it('sees the end of a task function before its own patience ends', () => {
    const { States } = JSON.parse(definition) as { States: Record<string, { Resource?: string; TimeoutSeconds?: number | string }> };
    const tasks = Object.values(States).filter(({ Resource: resource }) => resource === 'arn:aws:states:::lambda:invoke');
    // Far from the deadline of the job: close to it a state gives up earlier.
    const patience = Math.min(...tasks.map(({ TimeoutSeconds = 0 }) => Number(/\$min\(\[(\d+),/.exec(String(TimeoutSeconds))?.[1] ?? TimeoutSeconds)));
    const functions = deployment.resources('AWS::Lambda::Function', 'jobs');
    expect(functions).toHaveLength(tasks.length);
    for (const one of functions) expect(at(one, 'Timeout'), one.id).toBeLessThan(patience);
  });
});

describe('the nets under the jobs', () => {
  let deployment: ReturnType<typeof deploymentOf>;
  let onEnd: Resource | undefined;
  let onTime: Resource | undefined;
  beforeAll(() => {
    deployment = deploymentOf('production');
    const rules = deployment.resources('AWS::Events::Rule');
    onEnd = rules.find((rule) => at(rule, 'EventPattern') !== undefined);
    onTime = rules.find((rule) => at(rule, 'ScheduleExpression') !== undefined);
  });

  it('close every execution of the machine that ends without a word', () => {
    expect(at(onEnd, 'EventPattern')).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [{ 'Fn::ImportValue': expect.stringContaining('AggregationJob') as string }] },
    });
    expect(at(onEnd, 'Targets.0.Arn.Fn::GetAtt.0')).toMatch(/^CloseDeadExecutions/);
  });

  it('sweep every minute', () => {
    expect(onTime?.Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    expect(at(onTime, 'Targets.0.Arn.Fn::GetAtt.0')).toMatch(/^Sweep/);
  });

  it('keep an end that could not be handled, whether its delivery or its function failed', () => {
    const [queue, ...others] = deployment.resources('AWS::SQS::Queue', 'events');
    expect(others).toEqual([]);
    const arn = { 'Fn::GetAtt': [queue?.id, 'Arn'] };
    const closer = deployment.resources('AWS::Lambda::Function', 'events').find(({ id }) => id.startsWith('CloseDeadExecutions'));
    expect(at(closer, 'DeadLetterConfig')).toEqual({ TargetArn: arn });
    expect(at(onEnd, 'Targets.0.DeadLetterConfig')).toEqual({ Arn: arn });
  });
});
