import { describe, expect, it } from 'vitest';
import { details, invoke, machine, ok, setup } from './harness.ts';

const limit = 262_144;
/** A text whose JSON has this many bytes. */
const textOf = (bytes: number) => 'x'.repeat(bytes - 2);

describe('the limit on data', () => {
  it('counts bytes of UTF-8, and takes a result that just fits', async () => {
    const t = setup({ lambda: () => ok(null) });
    const wide = 'ü'.repeat((limit - 2) / 2);
    const adding = (text: string) => t.run(machine({ Only: { Type: 'Pass', Output: `{% $states.input & '${text}' %}`, End: true } }), wide);

    expect((await adding('')).status).toBe('SUCCEEDED');
    expect((await adding('!')).error).toBe('States.DataLimitExceeded');
    await expect(t.run(machine({ Only: { Type: 'Pass', End: true } }), `${wide}ü`)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it("fails a Task whose result is too large, as AWS words it, and States.ALL does not catch it", async () => {
    const t = setup({ lambda: () => ok(textOf(limit)) });
    const definition = (ErrorEquals: string[]) => machine({ Work: invoke('work', { Catch: [{ ErrorEquals, Next: 'After' }], End: true }), After: { Type: 'Succeed' } });

    const uncaught = await t.run(definition(['States.ALL']));
    const caught = await t.run(definition(['States.DataLimitExceeded']));

    const cause = "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.";
    expect(uncaught).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded', cause });
    expect(details(uncaught.events, 'TaskFailed')).toMatchObject({ error: 'States.DataLimitExceeded', cause });
    expect(caught.status).toBe('SUCCEEDED');
  });

  it.each([
    ['an Output', { Type: 'Pass', Output: '{% $states.input & $states.input %}', End: true }],
    ['one Assign', { Type: 'Pass', Assign: { a: '{% $states.input %}', b: '{% $states.input %}' }, End: true }],
    ['Arguments', invoke('work', { Arguments: { FunctionName: 'work', Payload: { a: '{% $states.input %}', b: '{% $states.input %}' } }, End: true })],
  ])('fails %s that is too large', async (_what, state) => {
    const t = setup();

    const execution = await t.run(machine({ Only: state }), textOf(limit - 100));

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(t.lambdaCalls).toEqual([]);
  });

  it('lets variables together be larger than one Assign', async () => {
    const t = setup();

    const execution = await t.run(
      machine({ A: { Type: 'Pass', Assign: { a: '{% $states.input %}' }, Next: 'B' }, B: { Type: 'Pass', Assign: { b: '{% $states.input %}' }, Next: 'C' }, C: { Type: 'Succeed', Output: '{% $length($a & $b) %}' } }),
      textOf(limit - 100),
    );

    expect(execution.result).toBe(2 * (limit - 102));
  });
});

describe('the limit on history', () => {
  // Start, then Pass and Choice with two events each: four events a round.
  const loop = (rounds: number) =>
    machine({
      Count: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'Again' },
      Again: { Type: 'Choice', Choices: [{ Condition: `{% $states.input < ${rounds} %}`, Next: 'Count' }], Default: 'Done' },
      Done: { Type: 'Pass', End: true },
    });
  const lastOf = async (t: ReturnType<typeof setup>, executionArn: string) =>
    (await t.handle<{ events: { id: number; type: string }[] }>('GetExecutionHistory', { executionArn, reverseOrder: true, maxResults: 1 })).events[0];

  it('ends an execution at its 25,000th event', async () => {
    const t = setup();

    const execution = await t.run(loop(6250), 0);

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: 'The execution reached the maximum number of history events (25000).' });
    expect(await lastOf(t, execution.executionArn)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });

  it('lets the 25,000th event be the success', async () => {
    const t = setup();

    // 1 + 4 × 6,249 + 2 = 24,999 events before the last.
    const execution = await t.run(loop(6249), 0);

    expect(execution.status).toBe('SUCCEEDED');
    expect(await lastOf(t, execution.executionArn)).toMatchObject({ id: 25_000, type: 'ExecutionSucceeded' });
  });
});
