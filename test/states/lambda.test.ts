import { describe, expect, it } from 'vitest';
import { details, failing, functionArn, invoke, machine, ok, roleArn, setup } from './harness.ts';

describe('lambda:invoke', () => {
  it.each([
    ['an ARN', functionArn('work'), functionArn('work')],
    ['an ARN with an alias', `${functionArn('work')}:live`, `${functionArn('work')}:live`],
    ['a name', 'work', functionArn('work')],
    ['an expression', "{% 'wo' & 'rk' %}", functionArn('work')],
  ])("calls the function that %s names, as the state machine's role", async (_what, FunctionName, expected) => {
    const t = setup();

    await t.run(machine({ Work: invoke('work', { Arguments: { FunctionName, Payload: { job: '{% $states.input.id %}' } }, End: true }) }), { id: 7 });

    expect(t.lambdaCalls).toEqual([{ functionArn: expected, payload: { job: 7 }, roleArn, at: expect.any(Number) as number }]);
  });

  it('sends an empty event when there is no Payload', async () => {
    const t = setup();

    await t.run(machine({ Work: invoke('work', { Arguments: { FunctionName: 'work' }, End: true }) }));

    expect(t.lambdaCalls[0]?.payload).toEqual({});
  });

  it.each([
    ['a value', { a: 1 }, { a: 1 }],
    ['nothing', undefined, null],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('gives the reply as JSON: %s', async (_what, payload, expected) => {
    const t = setup({ lambda: () => ok(payload) });

    const execution = await t.run(machine({ Work: invoke('work', { End: true }) }));

    expect(execution.result).toEqual({ ExecutedVersion: '$LATEST', Payload: expected, StatusCode: 200 });
  });

  it.each([
    ['lambda:invoke', 'arn:aws:states:::lambda:invoke'],
    ['a function ARN', functionArn('work')],
  ])('keeps what the function does to its event to itself: %s', async (_what, Resource) => {
    const t = setup({
      lambda: (call) => {
        Object.assign(call.payload as object, { changed: true });
        return ok(null);
      },
    });
    const input = { FunctionName: 'work', Payload: {} };

    const execution = await t.run(machine({ Work: { Type: 'Task', Resource, Output: '{% $states.input %}', End: true } }), input);

    expect(t.lambdaCalls).toHaveLength(1);
    expect(execution.result).toEqual(input);
  });

  it.each([
    ['a thrown error', failing('MfaRequired', 'the bank asks'), 'MfaRequired', JSON.stringify({ errorMessage: 'the bank asks', errorType: 'MfaRequired', trace: ['at handler'] })],
    ['a time-out', { ok: false, errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 3.00 seconds' } as const, 'Sandbox.Timedout', '{"errorMessage":"Task timed out after 3.00 seconds","errorType":"Sandbox.Timedout"}'],
    ['a crash', { ok: false, errorType: 'Lambda.Unknown', errorMessage: 'The cause could not be determined.' } as const, 'Lambda.Unknown', 'The cause could not be determined.'],
  ])('reports %s as AWS does', async (_what, outcome, error, cause) => {
    const t = setup({ lambda: () => outcome });

    const execution = await t.run(machine({ Work: invoke('work', { End: true }) }));

    expect(execution).toMatchObject({ status: 'FAILED', error, cause });
    expect(details(execution.events, 'TaskFailed')).toEqual({ resourceType: 'lambda', resource: 'invoke', error, cause });
  });

  it('fails when the function is named wrongly only at run time', async () => {
    const t = setup();

    const execution = await t.run(machine({ Work: invoke('work', { Arguments: { FunctionName: '{% $states.input.name %}' }, End: true }) }), { name: 'not a name' });

    expect(execution.error).toBe('States.Runtime');
    expect(t.lambdaCalls).toEqual([]);
  });

  it('says so when the local cloud itself cannot make the call', async () => {
    const t = setup({ lambda: () => Promise.reject(new Error('no such worker')) });

    const execution = await t.run(machine({ Work: invoke('work', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }], End: true }), After: { Type: 'Succeed' } }));

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: 'the local Step Functions failed: the local cloud failed to make the call: no such worker' });
  });
});

describe('a bare function ARN', () => {
  const bare = (rest: Record<string, unknown> = {}) => ({ Type: 'Task', Resource: functionArn('work'), End: true, ...rest });

  it('sends the arguments as they are and gives the reply as it is', async () => {
    const t = setup({ lambda: () => ok('a text') });

    const execution = await t.run(machine({ Work: bare({ Arguments: { n: '{% 1 + 1 %}' } }) }));

    expect(t.lambdaCalls[0]).toMatchObject({ functionArn: functionArn('work'), payload: { n: 2 } });
    expect(execution.result).toBe('a text');
  });

  it('sends the input when there are no arguments', async () => {
    const t = setup();

    await t.run(machine({ Work: bare() }), [1, 2]);

    expect(t.lambdaCalls[0]?.payload).toEqual([1, 2]);
  });

  it('has events of its own', async () => {
    const t = setup({ lambda: () => failing('Broken') });

    const { events, cause } = await t.run(machine({ Work: bare({ TimeoutSeconds: 5 }) }), { n: 1 });

    expect(events.map((event) => event.type)).toEqual(['ExecutionStarted', 'TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed', 'ExecutionFailed']);
    expect(details(events, 'LambdaFunctionScheduled')).toEqual({ resource: functionArn('work'), input: '{"n":1}', inputDetails: { truncated: false }, timeoutInSeconds: 5 });
    expect(details(events, 'LambdaFunctionFailed')).toEqual({ error: 'Broken', cause });
    expect(events[3]).not.toHaveProperty('lambdaFunctionStartedEventDetails');
  });
});
