import { describe, expect, it } from 'vitest';
import { everythingElse, failing, invoke, machine, ok, oneAfterTheOther, setup } from './harness.ts';

const always = (errorType: string) => ({ lambda: () => failing(errorType) });

/** Seconds between one attempt and the next. */
function gaps(calls: readonly { at: number }[]): number[] {
  return calls.slice(1).map((call, index) => (call.at - (calls[index]?.at ?? 0)) / 1000);
}

describe('Retry', () => {
  it('makes three more attempts after 1, 2 and 4 seconds unless told otherwise', async () => {
    const t = setup(always('Broken'));

    const execution = await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'] }], End: true }) }));

    expect(execution).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(gaps(t.lambdaCalls)).toEqual([1, 2, 4]);
  });

  it('grows the interval by the rate and stops growing at the longest delay', async () => {
    const t = setup(always('Broken'));

    await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 5, MaxDelaySeconds: 20 }], End: true }) }));

    expect(gaps(t.lambdaCalls)).toEqual([2, 6, 18, 20, 20]);
  });

  it('without jitter, said or left out, waits the whole delay', async () => {
    for (const JitterStrategy of ['NONE', undefined]) {
      const t = setup({ ...always('Broken'), random: () => 0.5 });
      await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 4, MaxDelaySeconds: 8, ...(JitterStrategy !== undefined && { JitterStrategy }) }], End: true }) }));
      expect(gaps(t.lambdaCalls)).toEqual([4, 8, 8]);
    }
  });

  it('with full jitter waits a random part of the capped delay', async () => {
    const t = setup({ ...always('Broken'), random: oneAfterTheOther(0.25, 0.5, 0.75) });

    await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 4, MaxDelaySeconds: 8, JitterStrategy: 'FULL' }], End: true }) }));

    expect(gaps(t.lambdaCalls)).toEqual([1, 4, 6]);
  });

  it('goes on as if nothing had happened once an attempt succeeds', async () => {
    const t = setup({ lambda: oneAfterTheOther(failing('Broken'), ok('done')) });

    const execution = await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'] }], Output: '{% $states.result.Payload %}', End: true }) }));

    expect(execution).toMatchObject({ status: 'SUCCEEDED', result: 'done' });
  });

  it('counts attempts per Retrier and hands over to Catch when the matching one is used up', async () => {
    // The example of the specification: A, B, C, B against a Retrier of two attempts for A and B, and one for C.
    const t = setup({ lambda: oneAfterTheOther(failing('ErrorA'), failing('ErrorB'), failing('ErrorC'), failing('ErrorB')) });

    const execution = await t.run(
      machine({
        X: invoke('x', {
          Retry: [
            { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
            { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
          End: true,
        }),
        Z: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
      }),
    );

    expect(gaps(t.lambdaCalls)).toEqual([1, 2, 5]);
    expect(execution.result).toBe('ErrorB');
  });

  it('does not try a later Retrier when the first that matches is used up', async () => {
    const t = setup(always('Broken'));

    await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'], MaxAttempts: 5 }], End: true }) }));

    expect(t.lambdaCalls).toHaveLength(2);
  });

  it('with no attempts exempts an error from a later wildcard', async () => {
    const t = setup(always('Broken'));

    await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }], End: true }) }));

    expect(t.lambdaCalls).toHaveLength(1);
  });

  it('starts counting anew when the state is entered again', async () => {
    const t = setup({ lambda: oneAfterTheOther(failing('Broken'), failing('Broken'), failing('Broken'), ok('done')) });

    const execution = await t.run(
      machine({
        Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Again' }], End: true }),
        Again: { Type: 'Pass', Next: 'Work' },
      }),
    );

    expect(execution.status).toBe('SUCCEEDED');
    expect(t.lambdaCalls).toHaveLength(4);
  });

  it('tells the state how often it has been retried, and evaluates the arguments for each attempt', async () => {
    const t = setup({ lambda: oneAfterTheOther(failing('Broken'), failing('Broken'), ok(null)) });

    await t.run(
      machine({
        Work: invoke('work', {
          Arguments: { FunctionName: 'work', Payload: { attempt: '{% $states.context.State.RetryCount %}', at: '{% $now() %}' } },
          Retry: [{ ErrorEquals: ['Broken'] }],
          End: true,
        }),
      }),
    );

    expect(t.lambdaCalls.map((call) => call.payload)).toEqual([
      { attempt: 0, at: '2026-01-01T00:00:00.000Z' },
      { attempt: 1, at: '2026-01-01T00:00:01.000Z' },
      { attempt: 2, at: '2026-01-01T00:00:03.000Z' },
    ]);
  });

  it('repeats a time-out with a fresh time limit', async () => {
    const t = setup({ lambda: () => new Promise(() => undefined) });
    const arn = (await t.handle<{ executionArn: string }>('StartExecution', {
      stateMachineArn: t.create(machine({ Work: invoke('work', { TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1, IntervalSeconds: 5 }], End: true }) })),
    })).executionArn;

    await everythingElse();
    t.clock.advance(10_000);
    await everythingElse();
    t.clock.advance(5000);
    await everythingElse();
    t.clock.advance(9999);
    await everythingElse();
    expect((await t.describe(arn)).status).toBe('RUNNING');
    expect(t.lambdaCalls).toHaveLength(2);
    t.clock.advance(1);
    await t.states.idle();
    expect((await t.describe(arn)).error).toBe('States.Timeout');
  });
});
