import { describe, expect, it } from 'vitest';
import { accountId, awaitToken, details, machine, region, roleArn, setup, type WireEvent } from './harness.ts';

const waiting = machine({ Wait: awaitToken({ TimeoutSeconds: 60, End: true }) });
const passing = machine({ Only: { Type: 'Pass', End: true } });
const machineArn = (name: string) => `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
const executionArn = (machineName: string, name: string) => `arn:aws:states:${region}:${accountId}:execution:${machineName}:${name}`;

describe('createStateMachine', () => {
  it('answers the ARN, also when the same machine is created again', () => {
    const t = setup();

    expect(t.create(passing, 'jobs')).toBe(machineArn('jobs'));
    expect(t.create(passing, 'jobs')).toBe(machineArn('jobs'));
  });

  it('refuses another definition, or another role, under the same name', () => {
    const t = setup();
    t.create(passing, 'jobs');

    expect(() => t.create(waiting, 'jobs')).toThrow(expect.objectContaining({ name: 'StateMachineAlreadyExists' }) as Error);
    expect(() => t.states.createStateMachine({ name: 'jobs', roleArn: `${roleArn}-2`, definition: passing })).toThrow(expect.objectContaining({ name: 'StateMachineAlreadyExists' }) as Error);
  });

  it('refuses a name with a character that AWS forbids', () => {
    expect(() => setup().create(passing, 'my jobs')).toThrow(expect.objectContaining({ name: 'InvalidName' }) as Error);
  });
});

describe('StartExecution', () => {
  it('answers the ARN and the start in seconds, and names the execution itself when nobody does', async () => {
    const t = setup();

    await expect(t.handle('StartExecution', { stateMachineArn: t.create(passing, 'jobs') })).resolves.toEqual({ executionArn: executionArn('jobs', 'id-1'), startDate: 1_767_225_600 });
  });

  it('repeated with the same name and input answers the running execution, and starts nothing', async () => {
    const t = setup();
    const request = { stateMachineArn: t.create(waiting, 'jobs'), name: 'job-1', input: '{"id":1}' };
    const first = await t.handle('StartExecution', request);
    await t.states.idle();
    t.clock.advance(5000);

    await expect(t.handle('StartExecution', request)).resolves.toEqual(first);
    expect(t.awsCalls).toHaveLength(1);
    expect(t.changes.map((change) => change.status)).toEqual(['RUNNING']);
  });

  it.each([
    ['another input', { input: '{"id":2}' }],
    ['the same input written differently', { input: '{ "id": 1 }' }],
    ['no input', {}],
  ])('refuses the name of a running execution with %s', async (_what, rest) => {
    const t = setup();
    const stateMachineArn = t.create(waiting, 'jobs');
    await t.handle('StartExecution', { stateMachineArn, name: 'job-1', input: '{"id":1}' });

    await expect(t.handle('StartExecution', { stateMachineArn, name: 'job-1', ...rest })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn('jobs', 'job-1')}'`,
    });
  });

  it('refuses the name of an execution that has ended, whatever the input', async () => {
    const t = setup();
    const request = { stateMachineArn: t.create(passing, 'jobs'), name: 'job-1' };
    await t.handle('StartExecution', request);
    await t.states.idle();

    await expect(t.handle('StartExecution', request)).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('takes the same name for another state machine', async () => {
    const t = setup();
    await t.handle('StartExecution', { stateMachineArn: t.create(waiting, 'one'), name: 'job-1' });

    await expect(t.handle('StartExecution', { stateMachineArn: t.create(waiting, 'two'), name: 'job-1' })).resolves.toMatchObject({ executionArn: executionArn('two', 'job-1') });
  });

  it.each(['a b', 'a#b', 'a/b', 'a:b', 'a*', '<a>', 'a\u0000', 'a"b', 'ü;'])('refuses the name %j', async (name) => {
    const t = setup();

    await expect(t.handle('StartExecution', { stateMachineArn: t.create(passing), name })).rejects.toMatchObject({ name: 'InvalidName' });
  });

  it.each([
    ['no JSON', 'not json', 'InvalidExecutionInput'],
    ['empty', '', 'InvalidExecutionInput'],
    ['too long', JSON.stringify('x'.repeat(262_144)), 'ValidationException'],
  ])('refuses an input that is %s', async (_what, input, name) => {
    const t = setup();

    await expect(t.handle('StartExecution', { stateMachineArn: t.create(passing), input })).rejects.toMatchObject({ name });
    expect(t.changes).toEqual([]);
  });

  it.each([
    ['null', null],
    ['2', 2],
    ['"text"', 'text'],
  ])('takes the input %s', async (_text, input) => {
    expect((await setup().run(passing, input)).result).toEqual(input);
  });
});

describe('requests', () => {
  it.each([
    ['DescribeExecution', { executionArn: executionArn('jobs', 'none') }, 'ExecutionDoesNotExist'],
    ['GetExecutionHistory', { executionArn: executionArn('jobs', 'none') }, 'ExecutionDoesNotExist'],
    ['StopExecution', { executionArn: executionArn('jobs', 'none') }, 'ExecutionDoesNotExist'],
    ['StartExecution', { stateMachineArn: machineArn('none') }, 'StateMachineDoesNotExist'],
    ['ListExecutions', { stateMachineArn: machineArn('none') }, 'StateMachineDoesNotExist'],
    ['DescribeStateMachine', { stateMachineArn: machineArn('none') }, 'StateMachineDoesNotExist'],
    ['DescribeExecution', { executionArn: 'nonsense' }, 'InvalidArn'],
    ['DescribeExecution', { executionArn: machineArn('jobs') }, 'InvalidArn'],
    ['DescribeExecution', { executionArn: `arn:aws:states:${region}:${accountId}:execution:jobs` }, 'InvalidArn'],
    ['StartExecution', { stateMachineArn: executionArn('jobs', 'a') }, 'InvalidArn'],
    ['StartExecution', { stateMachineArn: `${machineArn('jobs')}:1` }, 'InvalidArn'],
    ['StartExecution', {}, 'ValidationException'],
    ['StartExecution', null, 'ValidationException'],
    ['StartExecution', { stateMachineArn: machineArn('jobs'), name: 'x'.repeat(81) }, 'ValidationException'],
    ['StartExecution', { stateMachineArn: machineArn('jobs'), traceHeader: 'x' }, 'ValidationException'],
    ['ListExecutions', { stateMachineArn: machineArn('jobs'), statusFilter: 'succeeded' }, 'ValidationException'],
    ['ListExecutions', { stateMachineArn: machineArn('jobs'), maxResults: 1001 }, 'ValidationException'],
    ['SendTaskSuccess', { taskToken: '', output: '1' }, 'ValidationException'],
    ['SendTaskSuccess', { taskToken: 'x' }, 'ValidationException'],
    ['SendTaskFailure', { taskToken: 'x', error: 'x'.repeat(257) }, 'ValidationException'],
    ['CreateStateMachine', {}, 'UnknownOperationException'],
    ['constructor', {}, 'UnknownOperationException'],
  ])('%s with %j gets %s', async (operation, input, name) => {
    await expect(setup().handle(operation, input)).rejects.toMatchObject({ name });
  });

  it('that are refused are told which parameter, and not its value', async () => {
    const t = setup();

    await expect(t.handle('SendTaskFailure', { taskToken: 'a-token', cause: 5, errors: 'secret' })).rejects.toMatchObject({
      message: expect.stringMatching(/^2 validation errors detected: Value at 'cause' .*; 'errors' is not implemented by the local Step Functions$/u) as string,
    });
  });
});

describe('DescribeExecution', () => {
  it('describes one that runs', async () => {
    const t = setup();
    const arn = await t.start(waiting, { id: 1 });

    expect(await t.describe(arn)).toEqual({
      executionArn: arn,
      stateMachineArn: machineArn('machine-1'),
      name: 'id-1',
      status: 'RUNNING',
      startDate: 1_767_225_600,
      input: '{"id":1}',
      inputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
  });

  it('describes one that has ended, and leaves the data out when asked', async () => {
    const t = setup();
    const { executionArn: arn } = await t.run(machine({ Wait: { Type: 'Wait', Seconds: 2, End: true } }), { id: 1 });

    expect(await t.describe(arn)).toMatchObject({ status: 'SUCCEEDED', stopDate: 1_767_225_602, output: '{"id":1}', outputDetails: { included: true } });
    const without = await t.handle('DescribeExecution', { executionArn: arn, includedData: 'METADATA_ONLY' });
    expect(without).toMatchObject({ inputDetails: { included: false }, outputDetails: { included: false } });
    expect(without).not.toHaveProperty('input');
    expect(without).not.toHaveProperty('output');
  });
});

describe('DescribeStateMachine', () => {
  it('answers the definition byte for byte', async () => {
    const t = setup();
    const definition = `${passing}\n`;

    await expect(t.handle('DescribeStateMachine', { stateMachineArn: t.create(definition, 'jobs') })).resolves.toMatchObject({
      name: 'jobs', status: 'ACTIVE', type: 'STANDARD', roleArn, definition, creationDate: 1_767_225_600,
    });
  });
});

describe('ListExecutions', () => {
  async function five() {
    const t = setup();
    const stateMachineArn = t.create(waiting, 'jobs');
    for (let n = 1; n <= 5; n += 1) await t.handle('StartExecution', { stateMachineArn, name: `job-${n}` });
    await t.states.idle();
    for (const n of [2, 4]) await t.handle('StopExecution', { executionArn: executionArn('jobs', `job-${n}`) });
    const list = (request: Record<string, unknown> = {}) =>
      t.handle<{ executions: { name: string; status: string }[]; nextToken?: string }>('ListExecutions', { stateMachineArn, ...request });
    return { ...t, stateMachineArn, list };
  }

  it('lists the latest first', async () => {
    const { list } = await five();

    expect((await list()).executions.map((execution) => execution.name)).toEqual(['job-5', 'job-4', 'job-3', 'job-2', 'job-1']);
  });

  it.each([
    ['RUNNING', ['job-5', 'job-3', 'job-1']],
    ['ABORTED', ['job-4', 'job-2']],
    ['SUCCEEDED', []],
    ['PENDING_REDRIVE', []],
  ])('lists those that are %s', async (statusFilter, names) => {
    const { list } = await five();

    expect((await list({ statusFilter })).executions.map((execution) => execution.name)).toEqual(names);
  });

  it('pages, and an execution that starts in between neither repeats nor hides another', async () => {
    const { list, handle, stateMachineArn } = await five();

    const first = await list({ maxResults: 2 });
    await handle('StartExecution', { stateMachineArn, name: 'job-6' });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const third = await list({ maxResults: 2, nextToken: second.nextToken });

    expect([first, second, third].map((page) => page.executions.map((execution) => execution.name))).toEqual([['job-5', 'job-4'], ['job-3', 'job-2'], ['job-1']]);
    expect(third).not.toHaveProperty('nextToken');
  });

  it('refuses a page token that is not its own', async () => {
    const { list } = await five();
    const { nextToken } = await list({ maxResults: 2 });

    await expect(list({ nextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(list({ nextToken, statusFilter: 'RUNNING' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('lists only what belongs to the state machine', async () => {
    const { list, create, handle } = await five();
    await handle('StartExecution', { stateMachineArn: create(waiting, 'other') });

    expect((await list()).executions).toHaveLength(5);
  });
});

describe('GetExecutionHistory', () => {
  const pages = async (request: Record<string, unknown>) => {
    const t = setup();
    const { executionArn: arn } = await t.run(passing, { id: 1 });
    const found: number[][] = [];
    let nextToken: string | undefined;
    do {
      const page: { events: WireEvent[]; nextToken?: string } = await t.handle('GetExecutionHistory', { executionArn: arn, ...request, ...(nextToken !== undefined && { nextToken }) });
      found.push(page.events.map((event) => event.id));
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    return found;
  };

  it('pages forwards', async () => {
    expect(await pages({ maxResults: 3 })).toEqual([[1, 2, 3], [4]]);
  });

  it('pages backwards', async () => {
    expect(await pages({ maxResults: 3, reverseOrder: true })).toEqual([[4, 3, 2], [1]]);
  });

  it('ends with the page that is full', async () => {
    expect(await pages({ maxResults: 2 })).toEqual([[1, 2], [3, 4]]);
  });

  it('leaves the data out when asked', async () => {
    const t = setup();
    const { executionArn: arn } = await t.run(machine({ Only: { Type: 'Pass', Assign: { a: 1 }, End: true } }), { id: 1 });

    const { events } = await t.handle<{ events: WireEvent[] }>('GetExecutionHistory', { executionArn: arn, includeExecutionData: false });

    expect(events.map((event) => details([event], event.type))).toEqual([{ roleArn }, { name: 'Only' }, { name: 'Only' }, {}]);
  });
});

describe('StopExecution', () => {
  it('aborts a running execution with error and cause', async () => {
    const t = setup();
    const arn = await t.start(waiting);
    t.clock.advance(1500);

    await expect(t.handle('StopExecution', { executionArn: arn, error: 'Canceled', cause: 'by hand' })).resolves.toEqual({ stopDate: 1_767_225_601.5 });
    await t.states.idle();

    expect(await t.describe(arn)).toMatchObject({ status: 'ABORTED', error: 'Canceled', cause: 'by hand', stopDate: 1_767_225_601.5 });
    expect((await t.history(arn)).at(-1)).toMatchObject({ type: 'ExecutionAborted', previousEventId: 0, executionAbortedEventDetails: { error: 'Canceled', cause: 'by hand' } });
    expect(t.clock.pending).toBe(0);
  });

  it('answers when it ended, and changes nothing, for one that has ended', async () => {
    const t = setup();
    const { executionArn: arn } = await t.run(passing);
    t.clock.advance(60_000);

    await expect(t.handle('StopExecution', { executionArn: arn })).resolves.toEqual({ stopDate: 1_767_225_600 });
    expect((await t.describe(arn)).status).toBe('SUCCEEDED');
    expect(t.changes.map((change) => change.status)).toEqual(['RUNNING', 'SUCCEEDED']);
  });
});

describe('a change of status', () => {
  it('is told with all members that AWS sends', async () => {
    const t = setup();
    const { executionArn: arn } = await t.run(machine({ Wait: { Type: 'Wait', Seconds: 1, Next: 'End' }, End: { Type: 'Fail', Error: 'Gone', Cause: 'for good' } }), { id: 1 });

    const common = {
      executionArn: arn,
      stateMachineArn: machineArn('machine-1'),
      name: 'id-1',
      startDate: 1_767_225_600_000,
      input: '{"id":1}',
      output: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      inputDetails: { included: true },
      outputDetails: null,
    };
    expect(t.changes).toEqual([
      { ...common, status: 'RUNNING', stopDate: null, error: null, cause: null, redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'Execution is RUNNING and cannot be redriven' },
      { ...common, status: 'FAILED', stopDate: 1_767_225_601_000, error: 'Gone', cause: 'for good', redriveStatus: 'REDRIVABLE', redriveStatusReason: null },
    ]);
  });
});

describe('close', () => {
  it('stops every timer, tells nobody, and serves no more', async () => {
    const t = setup();
    await t.start(waiting);
    await t.start(machine({ Wait: { Type: 'Wait', Seconds: 5, End: true } }, { TimeoutSeconds: 60 }));

    t.states.close();
    await t.states.idle();

    expect(t.clock.pending).toBe(0);
    expect(t.changes.map((change) => change.status)).toEqual(['RUNNING', 'RUNNING']);
    await expect(t.handle('ListExecutions', {})).rejects.toThrow('closed');
  });
});
