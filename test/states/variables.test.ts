import { describe, expect, it } from 'vitest';
import { details, invoke, machine, ok, setup } from './harness.ts';

describe('Assign and Output', () => {
  it('both see the variables from before the state; the next state sees the new ones', async () => {
    const t = setup();

    const execution = await t.run(
      machine({
        First: { Type: 'Pass', Assign: { x: 5 }, Next: 'Second' },
        Second: { Type: 'Pass', Assign: { x: 42, was: '{% $x %}' }, Output: { inOutput: '{% $x %}' }, Next: 'Third' },
        Third: { Type: 'Pass', Output: { input: '{% $states.input %}', x: '{% $x %}', was: '{% $was %}' }, End: true },
      }),
    );

    expect(execution.result).toEqual({ input: { inOutput: 5 }, x: 42, was: 5 });
  });

  it('assigns nothing when the Output of the same state fails', async () => {
    const t = setup({ lambda: () => ok({ id: 'u-1' }) });

    const execution = await t.run(
      machine({
        Before: { Type: 'Pass', Assign: { id: 'none' }, Next: 'Work' },
        Work: invoke('work', { Assign: { id: '{% $states.result.Payload.id %}' }, Output: '{% $states.result.missing %}', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }], End: true }),
        After: { Type: 'Pass', Output: '{% $id %}', End: true },
      }),
    );

    expect(execution.result).toBe('none');
  });

  it('a Task passes its result on, the other states their input', async () => {
    const t = setup({ lambda: () => ok({ n: 1 }) });

    const execution = await t.run(
      machine({
        Work: invoke('work', { Next: 'Copy' }),
        Copy: { Type: 'Pass', Next: 'Rest' },
        Rest: { Type: 'Wait', Seconds: 1, Next: 'Choose' },
        Choose: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Copy' }], Default: 'Done' },
        Done: { Type: 'Succeed' },
      }),
    );

    expect(execution.result).toEqual({ ExecutedVersion: '$LATEST', Payload: { n: 1 }, StatusCode: 200 });
  });

  it('keeps what an expression binds for itself out of the variables', async () => {
    const t = setup();

    const execution = await t.run(
      machine({
        First: { Type: 'Pass', Assign: { x: 1 }, Next: 'Second' },
        Second: { Type: 'Pass', Output: '{% ($x := 99; $x) %}', Next: 'Third' },
        Third: { Type: 'Pass', Output: { input: '{% $states.input %}', x: '{% $x %}' }, End: true },
      }),
    );

    expect(execution.result).toEqual({ input: 99, x: 1 });
  });

  it('a variable keeps its value whatever an expression does with it', async () => {
    const t = setup();

    const execution = await t.run(
      machine({
        First: { Type: 'Pass', Assign: { list: [3, 1, 2] }, Next: 'Second' },
        Second: { Type: 'Pass', Output: '{% $sort($list)[] %}', Next: 'Third' },
        Third: { Type: 'Pass', Output: '{% $list %}', End: true },
      }),
    );

    expect(execution.result).toEqual([3, 1, 2]);
  });

  it('records assigned variables as JSON texts, and none when there are none', async () => {
    const t = setup();

    const { events } = await t.run(machine({ Only: { Type: 'Pass', Assign: { text: 'a', list: [1], none: null }, Next: 'Done' }, Done: { Type: 'Succeed' } }));

    expect(details(events, 'PassStateExited')).toMatchObject({ assignedVariables: { text: '"a"', list: '[1]', none: 'null' }, assignedVariablesDetails: { truncated: false } });
    expect(details(events, 'SucceedStateExited')).not.toHaveProperty('assignedVariables');
  });
});

describe('Choice', () => {
  const choose = (input: unknown) =>
    setup().run(
      machine({
        Choose: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.n > 10 %}', Assign: { size: 'large' }, Output: { was: '{% $states.input.n %}' }, Next: 'Done' },
            { Condition: '{% $states.input.n > 5 %}', Next: 'Done' },
          ],
          Default: 'Done',
          Assign: { size: 'small' },
          Output: 'by default',
        },
        Done: { Type: 'Succeed', Output: { input: '{% $states.input %}', size: "{% $exists($size) ? $size : 'unset' %}" } },
      }),
      input,
    );

  it.each([
    ["the first rule that holds, with the rule's own Assign and Output", { n: 11 }, { input: { was: 11 }, size: 'large' }],
    ["a rule without its own, which leaves the state's aside", { n: 6 }, { input: { n: 6 }, size: 'unset' }],
    ["the Default, with the state's Assign and Output", { n: 1 }, { input: 'by default', size: 'small' }],
  ])('takes %s', async (_what, input, expected) => {
    expect((await choose(input)).result).toEqual(expected);
  });

  it('fails when nothing holds and there is no Default', async () => {
    const execution = await setup().run(machine({ Choose: { Type: 'Choice', Choices: [{ Condition: false, Next: 'Done' }] }, Done: { Type: 'Succeed' } }));

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('fails on a condition that is no boolean', async () => {
    const execution = await setup().run(machine({ Choose: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'Done' }], Default: 'Done' }, Done: { Type: 'Succeed' } }));

    expect(execution).toMatchObject({ error: 'States.QueryEvaluationError', cause: expect.stringContaining("Expected 'boolean', but was 'string'") as string });
  });
});

describe('the context object', () => {
  it('names execution, state machine and state', async () => {
    const t = setup();

    const execution = await t.run(machine({ Only: { Type: 'Pass', Output: '{% $states.context %}', End: true } }), { job: 1 });

    expect(execution.result).toEqual({
      Execution: {
        Id: execution.executionArn,
        Input: { job: 1 },
        Name: 'id-1',
        RoleArn: 'arn:aws:iam::123456789012:role/jobs',
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine-1', Name: 'machine-1' },
      State: { Name: 'Only', EnteredTime: '2026-01-01T00:00:00.000Z' },
    });
  });
});

describe('Fail', () => {
  it.each([
    [{ Error: 'Gone', Cause: 'for good' }, { error: 'Gone', cause: 'for good' }],
    [{ Error: '{% $states.input.e %}', Cause: "{% 'because of ' & $states.input.e %}" }, { error: 'E1', cause: 'because of E1' }],
    [{}, {}],
  ])('with %j fails the execution with %j', async (fields, expected) => {
    const execution = await setup().run(machine({ End: { Type: 'Fail', ...fields } }), { e: 'E1' });

    expect(execution.status).toBe('FAILED');
    expect({ ...(execution.error !== undefined && { error: execution.error }), ...(execution.cause !== undefined && { cause: execution.cause }) }).toEqual(expected);
  });

  it('is not caught by anything', async () => {
    const t = setup();

    const { events } = await t.run(machine({ End: { Type: 'Fail', Error: 'Gone' } }));

    expect(events.map((event) => event.type)).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });
});
