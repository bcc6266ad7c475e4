import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bootLocalCloud } from '../../local/boot-local-cloud.ts';
import type { OutputLine } from '../../local/functions/function-worker.ts';
import { VirtualClock } from '../../local/states/virtual-clock.ts';
import { changed } from './fixture/boot-shop.ts';
import { lambdaFunction, shop } from './fixture/shop.ts';
import { matching } from './fixture/matching.ts';
import { assemblyForTest, type Fixture } from './fixture/write-assembly.ts';

/** Boots for one test, on a clock that the test moves. */
async function boot(fixture: Fixture = shop) {
  const clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  const lines: OutputLine[] = [];
  const cloud = await bootLocalCloud({ assembly: assemblyForTest(fixture), clock, onOutput: (line) => lines.push(line) });
  onTestFinished(() => cloud.close());
  const config = { endpoint: cloud.endpointUrl, region: 'us-east-1', credentials: cloud.adminCredentials };
  const states = new SFNClient(config);
  const heard = () => lines.filter(({ functionName, stream }) => functionName === 'App-Listener' && stream === 'stdout').map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  return {
    cloud,
    clock,
    lines,
    heard,
    dynamodb: new DynamoDBClient(config),
    states,
    start: async (name: string, input: unknown) => (await states.send(new StartExecutionCommand({ stateMachineArn: cloud.stateMachineArns['Machine'], name, input: JSON.stringify(input) }))).executionArn ?? '',
    ended: async (executionArn: string) => {
      await expect.poll(async () => (await states.send(new DescribeExecutionCommand({ executionArn }))).status, { timeout: 10_000 }).not.toBe('RUNNING');
      return states.send(new DescribeExecutionCommand({ executionArn }));
    },
  };
}

describe('a state machine of the assembly', () => {
  it('writes to tables and invokes functions', async () => {
    const { start, ended, dynamodb } = await boot();
    expect(await ended(await start('one', { order: 'o-1', action: 'echo' }))).toMatchObject({ status: 'SUCCEEDED', output: '"looked"' });
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: 'Data-Orders', Key: { pk: { S: 'o-1' }, sk: { S: 'order' } } }));
    expect(Item).toEqual({ pk: { S: 'o-1' }, sk: { S: 'order' }, seen: { BOOL: true } });
  });

  it.each([
    ['throws', 'throw', 'OwnError', /it broke/],
    ['is at its time limit', 'wait', 'Sandbox.Timedout', /Task timed out after 1\.00 seconds/],
    ['exits', 'exit', 'Runtime.ExitError', /Runtime exited/],
  ])('fails with the error that Lambda names when its function %s', async (_what, action, error, cause) => {
    const { start, ended } = await boot();
    expect(await ended(await start('failing', { order: 'o-2', action }))).toMatchObject({ status: 'FAILED', error, cause: matching(cause) });
  });

  it('fails with Lambda.Unknown when its function runs out of memory', async () => {
    const { start, ended } = await boot(changed({ Probe: lambdaFunction('probe', { FunctionName: 'probe', Timeout: 20, MemorySize: 128 }) }));
    expect(await ended(await start('greedy', { order: 'o-3', action: 'memory' }))).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown', cause: matching(/signal: killed/) });
  });

  it('fails with Lambda.TooManyRequestsException when its function is throttled', async () => {
    const { start, ended, cloud } = await boot(changed({ Probe: lambdaFunction('probe', { FunctionName: 'probe', Timeout: 5, ReservedConcurrentExecutions: 1 }) }));
    const busy = cloud.invoke('probe', { action: 'wait', ms: 2_000 });
    expect(await ended(await start('crowded', { order: 'o-4', action: 'echo' }))).toMatchObject({ status: 'FAILED', error: 'Lambda.TooManyRequestsException' });
    await busy;
  });
});

describe('a rule on ended executions', () => {
  it('hands the event to its function when every part of the pattern fits', async () => {
    const { start, ended, heard, cloud } = await boot();
    await ended(await start('unwatched', { order: 'o', action: 'throw' })); // its name does not fit
    await ended(await start('watched-fine', { order: 'o', action: 'echo' })); // its status does not fit
    const executionArn = await start('watched-broken', { order: 'o', action: 'throw' });
    await ended(executionArn);
    await expect.poll(heard, { timeout: 10_000 }).toEqual([
      {
        version: '0',
        id: matching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Step Functions Execution Status Change',
        source: 'aws.states',
        account: '000000000000',
        time: '2026-01-01T00:00:00Z',
        region: 'us-east-1',
        resources: [executionArn],
        detail: expect.objectContaining({ executionArn, stateMachineArn: cloud.stateMachineArns['Machine'], name: 'watched-broken', status: 'FAILED', error: 'OwnError' }) as unknown,
      },
    ]);
  });

  it('hears of an execution that was stopped', async () => {
    const { start, states, heard } = await boot(changed({ Probe: lambdaFunction('probe', { FunctionName: 'probe', Timeout: 20 }) }));
    const executionArn = await start('watched-stopped', { order: 'o', action: 'wait' });
    await states.send(new StopExecutionCommand({ executionArn, error: 'Stopped' }));
    await expect.poll(heard, { timeout: 10_000 }).toMatchObject([{ detail: { status: 'ABORTED', name: 'watched-stopped' } }]);
  });
});

describe('a schedule', () => {
  it('fires at its rate, with the event of its kind or its own input, and not while it is disabled', async () => {
    const { clock, heard } = await boot();
    clock.advance(59_999);
    expect(heard()).toEqual([]);
    clock.advance(1);
    await expect.poll(heard, { timeout: 10_000 }).toMatchObject([{ 'detail-type': 'Scheduled Event', source: 'aws.events', time: '2026-01-01T00:01:00Z', resources: ['arn:aws:events:us-east-1:000000000000:rule/App-EveryMinute'], detail: {} }]);
    clock.advance(59 * 60_000);
    await expect.poll(() => heard().length, { timeout: 10_000 }).toBe(61);
    expect(heard().filter((event) => 'hourly' in event)).toEqual([{ hourly: true }]);
    expect(heard().filter((event) => 'asleep' in event)).toEqual([]);
  });
});

describe('an asynchronous invocation', () => {
  it('is tried again after an error, as often as the function says, and then given up aloud', async () => {
    const { clock, heard, lines } = await boot(changed({ Listener: lambdaFunction('listener', { Environment: { Variables: { FAIL: 'yes' } } }), EveryMinute: undefined }));
    const gaveUp = () => lines.filter(({ text }) => text.startsWith('An asynchronous invocation was given up')).map(({ text }) => text);
    clock.advance(3_600_000);
    await expect.poll(() => clock.pending, { timeout: 10_000 }).toBe(2); // the next hour, and the retry
    expect(heard()).toHaveLength(1);
    clock.advance(59_999);
    expect(heard()).toHaveLength(1);
    clock.advance(1);
    await expect.poll(gaveUp, { timeout: 10_000 }).toEqual(['An asynchronous invocation was given up: Error']);
    expect(heard()).toHaveLength(2);
  });
});
