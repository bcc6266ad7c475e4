import { describe, expect, it } from 'vitest';
import { awaitToken, details, everythingElse, machine, setup, type AwsCall } from './harness.ts';

const waiting = machine({ Wait: awaitToken({ TimeoutSeconds: 60, End: true }) });
const tokenOf = (call: AwsCall) => (call.input as { ExpressionAttributeValues: { ':token': { S: string } } }).ExpressionAttributeValues[':token'].S;

describe('a task token', () => {
  it('answered with success ends the wait, and its output is the result', async () => {
    const t = setup({ aws: () => ({ ok: true, output: { Attributes: { secret: { S: 'not visible' } } } }) });
    const arn = await t.start(waiting);
    expect((await t.describe(arn)).status).toBe('RUNNING');

    await t.handle('SendTaskSuccess', { taskToken: t.token(), output: '{"status":"completed"}' });
    await t.states.idle();

    expect(await t.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"status":"completed"}' });
  });

  it('answered with failure raises that error', async () => {
    const t = setup();
    const arn = await t.start(waiting);

    await t.handle('SendTaskFailure', { taskToken: t.token(), error: 'MfaRequired', cause: 'the bank asks' });
    await t.states.idle();

    expect(await t.describe(arn)).toMatchObject({ status: 'FAILED', error: 'MfaRequired', cause: 'the bank asks' });
  });

  it('answered before the call has replied counts, and is acted on once the reply is there', async () => {
    let reply: () => void = () => undefined;
    const t = setup({ aws: () => new Promise((resolve) => (reply = () => resolve({ ok: true, output: {} }))) });
    const arn = (await t.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: t.create(waiting) })).executionArn;
    await everythingElse();

    await t.handle('SendTaskSuccess', { taskToken: t.token(), output: '"early"' });
    await everythingElse();
    expect((await t.describe(arn)).status).toBe('RUNNING');
    reply();
    await t.states.idle();

    expect(await t.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: '"early"' });
    expect((await t.history(arn)).map((event) => event.type)).toEqual([
      'ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded',
    ]);
  });

  it('answered from within the call itself counts', async () => {
    const t = setup({
      aws: async (call) => {
        await t.handle('SendTaskSuccess', { taskToken: tokenOf(call), output: '1' });
        return { ok: true, output: {} };
      },
    });

    const execution = await t.run(waiting);

    expect(execution.result).toBe(1);
  });

  it('answered before the reply is lost still counts', async () => {
    const t = setup({
      aws: async (call) => {
        await t.handle('SendTaskSuccess', { taskToken: tokenOf(call), output: '1' });
        return { ok: false, errorName: 'SdkClientException', message: 'the reply was lost' };
      },
    });

    const execution = await t.run(waiting);

    expect(execution).toMatchObject({ status: 'SUCCEEDED', result: 1 });
  });

  it('answered before the time limit counts, also when the reply never comes', async () => {
    const t = setup({ aws: () => new Promise<never>(() => undefined) });
    const arn = (await t.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: t.create(waiting) })).executionArn;
    await everythingElse();

    await t.handle('SendTaskSuccess', { taskToken: t.token(), output: '1' });
    t.clock.advance(60_000);
    await t.states.idle();

    expect((await t.describe(arn)).status).toBe('SUCCEEDED');
  });

  it('can be answered once', async () => {
    const t = setup();
    await t.start(waiting);
    await t.handle('SendTaskSuccess', { taskToken: t.token(), output: '1' });

    for (const [operation, rest] of [['SendTaskSuccess', { output: '2' }], ['SendTaskFailure', {}], ['SendTaskHeartbeat', {}]] as const) {
      await expect(t.handle(operation, { taskToken: t.token(), ...rest })).rejects.toMatchObject({
        name: 'TaskTimedOut',
        message: "Task Timed Out: 'Provided task does not exist anymore'",
      });
    }
  });

  it('cannot be answered in the very moment after the time limit struck', async () => {
    const t = setup();
    const arn = await t.start(waiting);

    t.clock.advance(60_000);
    const answer = t.handle('SendTaskSuccess', { taskToken: t.token(), output: '1' });

    await expect(answer).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await t.states.idle();
    expect((await t.describe(arn)).error).toBe('States.Timeout');
  });

  it('answered twice at once is answered once', async () => {
    const t = setup();
    await t.start(waiting);
    const request = { taskToken: t.token(), output: '1' };

    const answers = await Promise.allSettled([t.handle('SendTaskSuccess', request), t.handle('SendTaskSuccess', request)]);

    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected']);
  });

  it.each([
    ['its call is being refused', async (t: ReturnType<typeof setup>) => t.states.idle()],
    ['its time limit strikes', async (t: ReturnType<typeof setup>) => t.clock.advance(60_000)],
    ['its execution is stopped', async (t: ReturnType<typeof setup>, executionArn: string) => t.handle('StopExecution', { executionArn })],
  ])('answered at any moment while %s either counts or is refused, never both', async (what, end) => {
    const refusing = what === 'its call is being refused';
    const seen = new Set<string>();
    for (let moment = 0; moment < 60; moment += 1) {
      let token = '';
      const t = setup({
        aws: async (call) => {
          token = tokenOf(call);
          return refusing ? { ok: false, errorName: 'ThrottlingException', message: '' } : { ok: true, output: {} };
        },
      });
      const { executionArn } = await t.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: t.create(waiting) });
      if (!refusing) await t.states.idle();
      const ending = end(t, executionArn);
      for (let step = 0; step < moment; step += 1) await Promise.resolve();
      if (token === '') continue;

      const answer = await t.handle('SendTaskSuccess', { taskToken: token, output: '1' }).then(() => 'accepted', () => 'refused');
      await ending;
      await t.states.idle();

      seen.add(`${answer}, ${(await t.describe(executionArn)).status}`);
    }
    expect([...seen].filter((pair) => pair.startsWith('accepted'))).toEqual(refusing ? ['accepted, SUCCEEDED'] : []);
    expect([...seen].filter((pair) => pair === 'refused, SUCCEEDED')).toEqual([]);
  });

  it('cannot be answered after the execution was stopped', async () => {
    const t = setup();
    const executionArn = await t.start(waiting);

    await t.handle('StopExecution', { executionArn });

    await expect(t.handle('SendTaskSuccess', { taskToken: t.token(), output: '1' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('cannot be answered once the call that stores it has failed', async () => {
    const t = setup({ aws: () => ({ ok: false, errorName: 'ConditionalCheckFailedException', message: 'The conditional request failed' }) });
    const execution = await t.run(waiting);

    expect(execution).toMatchObject({ status: 'FAILED', error: 'DynamoDb.ConditionalCheckFailedException' });
    await expect(t.handle('SendTaskSuccess', { taskToken: t.token(), output: '1' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['base64 of something else', Buffer.from('something else').toString('base64')],
    ['a token of another deployment', undefined],
  ])('that is %s is an InvalidToken', async (_what, taskToken) => {
    const t = setup();
    const other = setup();
    await other.start(waiting);

    await expect(t.handle('SendTaskSuccess', { taskToken: taskToken ?? other.token(), output: '1' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('with one character changed is an InvalidToken', async () => {
    const t = setup();
    await t.start(waiting);
    const token = t.token();
    const changed = `${token.slice(0, 100)}${token[100] === 'A' ? 'B' : 'A'}${token.slice(101)}`;

    await expect(t.handle('SendTaskSuccess', { taskToken: changed, output: '1' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('is as long as one of AWS and never the same', async () => {
    const t = setup();
    await t.start(waiting);
    await t.start(waiting);
    const [first, second] = t.awsCalls.map(tokenOf);

    expect(first).toMatch(/^AQCEAAAA[A-Za-z0-9+/]{500,}=*$/u);
    expect(second).not.toBe(first);
  });

  it('is a new one for each attempt', async () => {
    const t = setup();
    await t.start(machine({ Wait: awaitToken({ TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1 }], End: true }) }));
    await t.handle('SendTaskFailure', { taskToken: t.token(), error: 'Again' });
    await t.states.idle();
    t.clock.advance(1000);
    await t.states.idle();
    const [first, second] = t.awsCalls.map(tokenOf);

    expect(second).not.toBe(first);
    await expect(t.handle('SendTaskSuccess', { taskToken: first, output: '1' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await expect(t.handle('SendTaskSuccess', { taskToken: second, output: '1' })).resolves.toEqual({});
  });

  it.each([
    ['no JSON', 'not json', 'InvalidOutput'],
    ['too long', JSON.stringify('x'.repeat(262_144)), 'ValidationException'],
  ])('is not used up by an output that is %s', async (_what, output, name) => {
    const t = setup();
    const arn = await t.start(waiting);

    await expect(t.handle('SendTaskSuccess', { taskToken: t.token(), output })).rejects.toMatchObject({ name });
    await t.handle('SendTaskSuccess', { taskToken: t.token(), output: '1' });
    await t.states.idle();

    expect((await t.describe(arn)).status).toBe('SUCCEEDED');
  });

  it('stands in the history as the parameter that it is', async () => {
    const t = setup();
    const arn = await t.start(waiting);

    const scheduled = details(await t.history(arn), 'TaskScheduled');

    expect(scheduled).toMatchObject({ resourceType: 'aws-sdk:dynamodb', resource: 'updateItem.waitForTaskToken', region: 'us-east-1', timeoutInSeconds: 60 });
    expect(JSON.parse(String(scheduled['parameters']))).toMatchObject({ ExpressionAttributeValues: { ':token': { S: t.token() } } });
  });
});
