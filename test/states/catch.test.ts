import { describe, expect, it } from 'vitest';
import { matchesError } from '../../local/states/matches-error.ts';
import { awaitToken, failing, invoke, machine, setup } from './harness.ts';

describe('Catch', () => {
  const caughtBy = (name: string) => ({ Type: 'Pass', Output: { by: name, saw: '{% $states.input %}' }, End: true });

  it('takes the first Catcher that names the error', async () => {
    const t = setup({ lambda: () => failing('Broken', 'no luck') });

    const execution = await t.run(
      machine({
        Work: invoke('work', {
          Catch: [
            { ErrorEquals: ['Other'], Next: 'First' },
            { ErrorEquals: ['Another', 'Broken'], Next: 'Second' },
            { ErrorEquals: ['States.ALL'], Next: 'Third' },
          ],
          End: true,
        }),
        First: caughtBy('first'),
        Second: caughtBy('second'),
        Third: caughtBy('third'),
      }),
    );

    const Cause = JSON.stringify({ errorMessage: 'no luck', errorType: 'Broken', trace: ['at handler'] });
    expect(execution.result).toEqual({ by: 'second', saw: { Error: 'Broken', Cause } });
  });

  it('fails the execution with the error that nobody caught', async () => {
    const t = setup({ lambda: () => failing('Broken') });

    const execution = await t.run(machine({ Work: invoke('work', { Catch: [{ ErrorEquals: ['Other'], Next: 'Never' }], End: true }), Never: { Type: 'Pass', End: true } }));

    expect(execution).toMatchObject({ status: 'FAILED', error: 'Broken' });
  });

  it("runs only the Catcher's own Assign and Output, and hands both the error and the input", async () => {
    const t = setup({ lambda: () => failing('Broken') });

    const execution = await t.run(
      machine({
        Before: { Type: 'Pass', Assign: { kept: 'before', touched: 'before' }, Next: 'Work' },
        Work: invoke('work', {
          Assign: { kept: 'by the state' },
          Output: 'by the state',
          Catch: [
            {
              ErrorEquals: ['States.ALL'],
              Assign: { touched: '{% $states.errorOutput.Error %}' },
              Output: { error: '{% $states.errorOutput.Error %}', input: '{% $states.input %}', touchedBefore: '{% $touched %}' },
              Next: 'After',
            },
          ],
          End: true,
        }),
        After: { Type: 'Pass', Output: { input: '{% $states.input %}', kept: '{% $kept %}', touched: '{% $touched %}' }, End: true },
      }),
      { job: 1 },
    );

    expect(execution.result).toEqual({ input: { error: 'Broken', input: { job: 1 }, touchedBefore: 'before' }, kept: 'before', touched: 'Broken' });
  });

  it('catches a failing expression of the same state', async () => {
    const t = setup();

    const execution = await t.run(
      machine({
        Work: invoke('work', { Output: '{% $states.result.Payload.missing %}', Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'After' }], End: true }),
        After: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
      }),
    );

    expect(execution.result).toBe('States.QueryEvaluationError');
  });

  it('ends the execution when the Catcher itself fails', async () => {
    const t = setup({ lambda: () => failing('Broken') });

    const execution = await t.run(
      machine({
        Work: invoke('work', { Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.input.missing %}', Next: 'After' }], End: true }),
        After: { Type: 'Pass', End: true },
      }),
    );

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(execution.events.map((event) => event.type).slice(-3)).toEqual(['TaskFailed', 'EvaluationFailed', 'ExecutionFailed']);
  });

  it('gives a nameless failure of a token to the wildcards, with nulls', async () => {
    const t = setup();
    const arn = await t.start(machine({ Wait: awaitToken({ TimeoutSeconds: 60, Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'After' }], End: true }), After: { Type: 'Pass', End: true } }));

    await t.handle('SendTaskFailure', { taskToken: t.token() });
    await t.states.idle();

    expect(JSON.parse((await t.describe(arn)).output ?? '')).toEqual({ Error: null, Cause: null });
  });
});

describe('which names match an error', () => {
  it.each([
    [['Broken'], { error: 'Broken' }, true],
    [['broken'], { error: 'Broken' }, false],
    [['Other', 'Broken'], { error: 'Broken' }, true],
    [['States.ALL'], { error: 'Broken' }, true],
    [['States.ALL'], { error: 'States.Timeout' }, true],
    [['States.ALL'], { error: undefined }, true],
    [['States.ALL'], { error: 'States.DataLimitExceeded' }, false],
    [['States.ALL'], { error: 'States.Runtime' }, false],
    [['States.DataLimitExceeded'], { error: 'States.DataLimitExceeded' }, true],
    [['States.TaskFailed'], { error: 'Broken' }, true],
    [['States.TaskFailed'], { error: 'States.QueryEvaluationError' }, true],
    [['States.TaskFailed'], { error: 'States.Timeout' }, false],
    [['States.TaskFailed'], { error: 'States.Timeout', alias: 'States.HeartbeatTimeout' }, false],
    [['States.TaskFailed'], { error: 'States.DataLimitExceeded' }, false],
    [['States.TaskFailed'], { error: 'States.Runtime' }, false],
    [['States.Timeout'], { error: 'States.Timeout', alias: 'States.HeartbeatTimeout' }, true],
    [['States.HeartbeatTimeout'], { error: 'States.Timeout', alias: 'States.HeartbeatTimeout' }, true],
    [['States.HeartbeatTimeout'], { error: 'States.Timeout' }, false],
  ])('%j takes %j: %s', (errorEquals, error, expected) => {
    expect(matchesError(errorEquals, error)).toBe(expected);
  });
});
