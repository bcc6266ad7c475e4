import { describe, expect, it } from 'vitest';
import { awaitToken, details, everythingElse, invoke, machine, ok, setup } from './harness.ts';

const never = { lambda: () => new Promise<never>(() => undefined) };
const after = { Type: 'Pass', Output: '{% $states.input %}', End: true };

describe('TimeoutSeconds of a state', () => {
  it('ends a token wait with States.Timeout and an empty Cause', async () => {
    const t = setup();

    const execution = await t.run(machine({ Wait: awaitToken({ TimeoutSeconds: 35, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'After' }], End: true }), After: after }));

    expect(execution.result).toEqual({ Error: 'States.Timeout', Cause: '' });
    expect(t.elapsed()).toBe(35);
  });

  it('ends a Lambda call that does not answer', async () => {
    const t = setup(never);
    const arn = (await t.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: t.create(machine({ Work: invoke('work', { TimeoutSeconds: 5, End: true }) })) })).executionArn;
    await everythingElse();

    t.clock.advance(4999);
    await everythingElse();
    expect((await t.describe(arn)).status).toBe('RUNNING');
    t.clock.advance(1);
    await t.states.idle();

    expect(await t.describe(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('may be an expression', async () => {
    const t = setup();

    const { events } = await t.run(machine({ Wait: awaitToken({ TimeoutSeconds: '{% $min([$states.input.left, 60]) %}', End: true }) }), { left: 7 });

    expect(details(events, 'TaskScheduled')).toMatchObject({ timeoutInSeconds: 7 });
    expect(t.elapsed()).toBe(7);
  });

  it.each([
    ['zero', '{% 0 %}', 'out of range'],
    ['negative', '{% -1 %}', 'out of range'],
    ['not whole', '{% 1.5 %}', 'out of range'],
    ['too large', '{% 100000000 %}', 'out of range'],
    ['a text', "{% '35' %}", "Expected 'number', but was 'string'"],
    ['nothing, as past the end of an array', '{% [35, 25][7] %}', 'returned nothing (undefined)'],
  ])('that evaluates to something %s fails the state before its call is made', async (_what, TimeoutSeconds, sentence) => {
    const t = setup();

    const execution = await t.run(machine({ Wait: awaitToken({ TimeoutSeconds, End: true }) }));

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(execution.cause).toContain(sentence);
    expect(details(execution.events, 'EvaluationFailed')).toMatchObject({ state: 'Wait', location: 'TimeoutSeconds' });
    expect(t.awsCalls).toEqual([]);
  });
});

describe('HeartbeatSeconds', () => {
  const beating = machine({
    Wait: awaitToken({ TimeoutSeconds: 100, HeartbeatSeconds: 10, Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Output: { missed: '{% $states.errorOutput.Error %}' }, Next: 'After' }], End: true }),
    After: after,
  });

  it('ends a wait without a heartbeat; it is reported as States.Timeout and can be caught as States.HeartbeatTimeout', async () => {
    const t = setup();

    const execution = await t.run(beating);

    expect(execution.result).toEqual({ missed: 'States.Timeout' });
    expect(details(execution.events, 'TaskTimedOut')).toMatchObject({ error: 'States.Timeout' });
    expect(t.elapsed()).toBe(10);
  });

  it('starts anew with each heartbeat', async () => {
    const t = setup();
    const arn = await t.start(beating);

    for (let beat = 0; beat < 3; beat += 1) {
      t.clock.advance(9000);
      await t.handle('SendTaskHeartbeat', { taskToken: t.token() });
    }
    t.clock.advance(9999);
    await t.states.idle();
    expect((await t.describe(arn)).status).toBe('RUNNING');
    t.clock.advance(1);
    await t.states.idle();
    expect((await t.describe(arn)).status).toBe('SUCCEEDED');
  });

  it('does not move the time limit of the state', async () => {
    const t = setup();
    const arn = await t.start(machine({ Wait: awaitToken({ TimeoutSeconds: 15, HeartbeatSeconds: 10, End: true }) }));

    t.clock.advance(9000);
    await t.handle('SendTaskHeartbeat', { taskToken: t.token() });
    t.clock.advance(6000);
    await t.states.idle();

    expect(await t.describe(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    await expect(t.handle('SendTaskHeartbeat', { taskToken: t.token() })).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('must be smaller than the time limit, also when both are known only at run time', async () => {
    const t = setup();

    const execution = await t.run(machine({ Wait: awaitToken({ TimeoutSeconds: '{% 10 %}', HeartbeatSeconds: '{% 10 %}', End: true }) }));

    expect(execution.error).toBe('States.QueryEvaluationError');
  });
});

describe('TimeoutSeconds of the state machine', () => {
  it('ends the execution without running another state', async () => {
    const t = setup();

    const execution = await t.run(
      machine({ Wait: awaitToken({ TimeoutSeconds: 1000, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }], End: true }), After: after }, { TimeoutSeconds: 300 }),
    );

    expect(execution).toMatchObject({ status: 'TIMED_OUT', stopDate: Date.parse('2026-01-01T00:05:00Z') / 1000 });
    expect(execution).not.toHaveProperty('error');
    expect(execution.events.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 });
    expect(execution.events.map((event) => event.type)).not.toContain('TaskTimedOut');
    expect(t.changes.map((change) => change.status)).toEqual(['RUNNING', 'TIMED_OUT']);
    expect(t.clock.pending).toBe(0);
  });

  it('is forgotten when the execution ends before', async () => {
    const t = setup();

    const execution = await t.run(machine({ Only: { Type: 'Pass', End: true } }, { TimeoutSeconds: 300 }));

    expect(execution.status).toBe('SUCCEEDED');
    expect(t.clock.pending).toBe(0);
  });

  it('closes the token that was waited for', async () => {
    const t = setup();
    await t.run(machine({ Wait: awaitToken({ End: true }) }, { TimeoutSeconds: 300 }));

    await expect(t.handle('SendTaskSuccess', { taskToken: t.token(), output: '{}' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('strikes while a function runs, whose reply is then nobody\'s', async () => {
    let reply: (payload: unknown) => void = () => undefined;
    const t = setup({ lambda: async () => ok(await new Promise((resolve) => (reply = resolve))) });
    const arn = (await t.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: t.create(machine({ Work: invoke('work', { End: true }) }, { TimeoutSeconds: 3 })) })).executionArn;
    await everythingElse();

    t.clock.advance(3000);
    await t.states.idle();
    reply('late');
    await everythingElse();

    expect((await t.describe(arn)).status).toBe('TIMED_OUT');
    expect((await t.history(arn)).at(-1)?.type).toBe('ExecutionTimedOut');
  });

  it('strikes in the middle of a Wait and of a retry', async () => {
    const t = setup({ lambda: () => ({ ok: false, errorType: 'Broken', errorMessage: '' }) });

    const waiting = await t.run(machine({ Wait: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 5 }));
    const retrying = await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 60 }], End: true }) }, { TimeoutSeconds: 5 }));

    expect([waiting.status, retrying.status]).toEqual(['TIMED_OUT', 'TIMED_OUT']);
    expect(t.clock.pending).toBe(0);
  });
});

describe('Wait', () => {
  it.each([
    ['seconds', { Seconds: 20 }, 20],
    ['seconds from an expression', { Seconds: '{% $states.input.s %}' }, 12],
    ['no seconds', { Seconds: 0 }, 0],
    ['a moment', { Timestamp: '2026-01-01T00:01:00Z' }, 60],
    ['a moment with an offset', { Timestamp: '{% $states.input.at %}' }, 90],
    ['a moment that is over', { Timestamp: '2025-01-01T00:00:00Z' }, 0],
  ])('waits for %s', async (_what, fields, seconds) => {
    const t = setup();

    const execution = await t.run(machine({ Wait: { Type: 'Wait', ...fields, End: true } }), { s: 12, at: '2026-01-01T01:01:30+01:00' });

    expect(execution.status).toBe('SUCCEEDED');
    expect(t.elapsed()).toBe(seconds);
  });

  it.each([
    ['seconds below zero', { Seconds: '{% -1 %}' }],
    ['a date without a T', { Timestamp: "{% '2026-12-05 21:29:29Z' %}" }],
    ['a date without an offset', { Timestamp: "{% '2026-12-05T21:29:29' %}" }],
    ['a number for a moment', { Timestamp: '{% 5 %}' }],
  ])('fails on %s', async (_what, fields) => {
    const execution = await setup().run(machine({ Wait: { Type: 'Wait', ...fields, End: true } }));

    expect(execution.error).toBe('States.QueryEvaluationError');
    // Recorded on AWS: in a Wait the event follows WaitStateEntered.
    expect(execution.events.find((event) => event.type === 'EvaluationFailed')?.previousEventId).toBe(2);
  });
});
