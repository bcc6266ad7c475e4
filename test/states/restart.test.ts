import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { awaitToken, failing, functionArn, invoke, machine, ok, setup, startedAt, type LambdaCall } from './harness.ts';

const second = 1000;

function newFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'states-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'executions.jsonl');
}

type Harness = ReturnType<typeof setup>;

/** The next process: the same journal and definition, at another time. */
function restart(journalFile: string, definition: string, outside: Parameters<typeof setup>[0] = {}): Harness {
  const next = setup({ ...outside, journalFile });
  next.create(definition);
  next.states.resume();
  return next;
}

/** Ends what a process holds, as a kill does: nothing more is written. */
const kill = (harness: Harness) => harness.states.close();

/** Every kind of state and way out of a task: retries, a catch, a wait, a choice, variables, a token wait that is answered and one that is not, an expression that fails. */
const everything = machine({
  Prepare: { Type: 'Pass', Assign: { count: 1, name: '{% $states.input.name %}' }, Output: { n: 2 }, Next: 'Flaky' },
  Flaky: invoke('flaky', {
    Arguments: { FunctionName: functionArn('flaky'), Payload: { try: '{% $states.context.State.RetryCount %}' } },
    Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 4, MaxAttempts: 2, BackoffRate: 2 }],
    Assign: { count: '{% $count + $states.result.Payload %}' },
    Output: { n: 3 },
    Next: 'Rest',
  }),
  Rest: { Type: 'Wait', Seconds: '{% $states.input.n * 10 %}', Next: 'Ask' },
  Ask: awaitToken({ TimeoutSeconds: 30, Assign: { answer: '{% $states.result %}' }, Next: 'Which', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Lost' }] }),
  Which: { Type: 'Choice', Choices: [{ Condition: '{% $answer.yes %}', Assign: { chosen: true }, Next: 'Odd' }], Default: 'Lost' },
  Odd: invoke('odd', { Output: '{% $number("no number") %}', Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Broken' }], Next: 'Lost' }),
  Broken: invoke('broken', { Catch: [{ ErrorEquals: ['Bad'], Output: { failure: '{% $states.errorOutput.Error %}', count: '{% $count %}', name: '{% $name %}' }, Next: 'Silence' }], Next: 'Lost' }),
  Silence: awaitToken({ TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], Output: '{% $states.input %}', Next: 'Done' }], Next: 'Lost' }),
  Done: { Type: 'Succeed' },
  Lost: { Type: 'Fail', Error: 'Lost' },
});

/** The world outside, which knows nothing of restarts: `flaky` is busy until its third try. */
const world = {
  lambda: ({ functionArn: called, payload }: LambdaCall) => {
    if (called === functionArn('broken')) return failing('Bad');
    return called === functionArn('flaky') && (payload as { try: number }).try < 2 ? failing('Busy') : ok(5);
  },
};

/** Moves the clock, and answers the first token wait two seconds after it began, until the execution has ended. */
async function runToEnd(harness: Harness, executionArn: string) {
  let answered = false;
  for (;;) {
    await harness.states.idle();
    const { status, output } = await harness.describe(executionArn);
    if (status !== 'RUNNING') return { status, output };
    const events = await harness.history(executionArn);
    const state = events.findLast(({ type }) => type.endsWith('StateEntered'))?.['stateEnteredEventDetails'] as { name: string };
    if (state.name === 'Ask' && !answered && harness.awsCalls.length > 0) {
      answered = true;
      // Whether an earlier process took the answer already, this one says in AWS's own words.
      await harness.handle('SendTaskSuccess', { taskToken: harness.token(), output: '{"yes":true}' }).catch((error: unknown) => expect(error).toMatchObject({ name: 'TaskTimedOut' }));
    } else if (!harness.clock.advanceToNext()) throw new Error(`the execution is stuck in ${state.name}`);
  }
}

describe('an execution whose process is killed', () => {
  it('comes to the same end after a kill between any two steps', async () => {
    const journalFile = newFile();
    const first = setup({ ...world, journalFile });
    const executionArn = await first.start(everything, { name: 'Jane' });
    const end = await runToEnd(first, executionArn);
    expect(end).toEqual({ status: 'SUCCEEDED', output: JSON.stringify({ failure: 'Bad', count: 6, name: 'Jane' }) });
    const events = await first.history(executionArn);
    kill(first);

    const lines = readFileSync(journalFile, 'utf8').trimEnd().split('\n');
    const begin = lines.findIndex((line) => line.includes('"kind":"started"')) + 1;
    expect(lines.length - begin).toBeGreaterThan(45);
    for (let kept = begin; kept <= lines.length; kept += 1) {
      const cut = newFile();
      writeFileSync(cut, lines.slice(0, kept).map((line) => `${line}\n`).join(''));
      const asked = lines.slice(0, kept).map((line) => /"token":"([^"]+)"/.exec(line)?.[1]).find((token) => token !== undefined);
      const next = restart(cut, everything, world);
      if (asked !== undefined) next.awsCalls.push({ service: 'dynamodb', operation: 'UpdateItem', roleArn: '', input: { ExpressionAttributeValues: { ':token': { S: asked } } } });
      expect({ kept, ...(await runToEnd(next, executionArn)) }).toEqual({ kept, ...end });
      const after = await next.history(executionArn);
      // What happened stays as it was; only an attempt that was under way is made again.
      const seen = lines.slice(begin, kept).filter((line) => line.includes('"event"')).length + 1;
      expect(after.slice(0, seen).map(({ id, type, previousEventId }) => [id, type, previousEventId])).toEqual(events.slice(0, seen).map(({ id, type, previousEventId }) => [id, type, previousEventId]));
      expect(after.map(({ id }) => id)).toEqual(after.map((_, index) => index + 1));
      kill(next);
    }
  });

  it('keeps its token, which the next process takes the answer to', async () => {
    const journalFile = newFile();
    const definition = machine({ Ask: awaitToken({ End: true }) });
    const first = setup({ journalFile });
    const executionArn = await first.start(definition);
    const taskToken = first.token();
    kill(first);

    const next = restart(journalFile, definition);
    await next.handle('SendTaskSuccess', { taskToken, output: '"yes"' });
    await next.states.idle();

    expect(await next.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"yes"' });
    expect(next.awsCalls).toEqual([]);
    expect((await next.history(executionArn)).map(({ type }) => type)).toEqual(['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded']);
    await expect(next.handle('SendTaskSuccess', { taskToken, output: '1' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('has heard an answer that was accepted before, though the call had no reply yet', async () => {
    const journalFile = newFile();
    const definition = machine({ Ask: awaitToken({ End: true }) });
    const first = setup({ journalFile, aws: () => new Promise(() => undefined) });
    const { executionArn } = await first.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: first.create(definition) });
    await expect.poll(() => first.awsCalls.length).toBe(1);
    await first.handle('SendTaskFailure', { taskToken: first.token(), error: 'No' });
    kill(first);

    const next = restart(journalFile, definition);
    await next.states.idle();
    expect(await next.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'No' });
    expect(next.awsCalls).toEqual([]);
  });

  it('stores the same token again when nobody knows whether it was stored', async () => {
    const journalFile = newFile();
    const definition = machine({ Ask: awaitToken({ End: true }) });
    const first = setup({ journalFile, aws: () => new Promise(() => undefined) });
    const { executionArn } = await first.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: first.create(definition) });
    await expect.poll(() => first.awsCalls.length).toBe(1);
    kill(first);

    const next = restart(journalFile, definition);
    await next.states.idle();
    expect(next.awsCalls).toEqual(first.awsCalls);
    expect((await next.history(executionArn)).filter(({ type }) => type === 'TaskScheduled')).toHaveLength(1);
  });

  it.each([
    ['a token wait', machine({ Ask: awaitToken({ TimeoutSeconds: 30, End: true }) }), 30, { status: 'FAILED', error: 'States.Timeout' }],
    ['a heartbeat', machine({ Ask: awaitToken({ TimeoutSeconds: 90, HeartbeatSeconds: 30, End: true }) }), 30, { status: 'FAILED', error: 'States.Timeout' }],
    ['a Wait', machine({ Rest: { Type: 'Wait', Seconds: 30, End: true } }), 30, { status: 'SUCCEEDED' }],
    ['a Retry', machine({ Try: invoke('try', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 30 }], End: true }) }), 30, { status: 'SUCCEEDED' }],
    ['the machine’s own TimeoutSeconds', machine({ Ask: awaitToken({ End: true }) }, { TimeoutSeconds: 30 }), 30, { status: 'TIMED_OUT' }],
  ])('counts %s from its beginning', async (_what, definition, seconds, end) => {
    const outcomes = [failing('Busy'), ok(null)];
    for (const away of [10, 29, 30, 3_600]) {
      const journalFile = newFile();
      const first = setup({ journalFile, lambda: () => outcomes[0] ?? ok(null) });
      const executionArn = await first.start(definition);
      kill(first);

      const next = restart(journalFile, definition, { now: startedAt + away * second, lambda: () => ok(null) });
      await next.states.idle();
      if (away < seconds) expect(await next.describe(executionArn)).toMatchObject({ status: 'RUNNING' });
      while ((await next.describe(executionArn)).status === 'RUNNING' && next.clock.advanceToNext()) await next.states.idle();
      expect(await next.describe(executionArn)).toMatchObject({ ...end, stopDate: startedAt / second + Math.max(away, seconds) });
      kill(next);
    }
  });

  it('schedules a call again whose reply it cannot hear any more, and asks no Retry', async () => {
    const journalFile = newFile();
    const definition = machine({ Work: invoke('work', { TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }], End: true }) });
    const first = setup({ journalFile, lambda: () => new Promise(() => undefined) });
    const { executionArn } = await first.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: first.create(definition), input: '{"id":1}' });
    await expect.poll(() => first.lambdaCalls.length).toBe(1);
    kill(first);

    const next = restart(journalFile, definition, { now: startedAt + 3_600 * second, lambda: () => ok('done') });
    await next.states.idle();
    expect(await next.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(next.lambdaCalls).toMatchObject([{ functionArn: functionArn('work'), payload: { id: 1 } }]);
    expect((await next.history(executionArn)).map(({ type }) => type)).toEqual(['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded']);
  });

  it('goes on with the definition it was started with, while new ones get the new definition', async () => {
    const journalFile = newFile();
    const [older, newer] = [machine({ Rest: { Type: 'Wait', Seconds: 5, Output: 'older', End: true } }), machine({ Rest: { Type: 'Pass', Output: 'newer', End: true } })];
    const first = setup({ journalFile });
    const executionArn = await first.start(older);
    kill(first);

    const next = restart(journalFile, newer);
    const started = await next.handle<{ executionArn: string }>('StartExecution', { stateMachineArn: next.create(newer, 'machine-1'), name: 'new' });
    await next.states.idle();
    next.clock.advanceToNext();
    await next.states.idle();
    expect(await next.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"older"' });
    expect(await next.describe(started.executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"newer"' });
  });
});

describe('the journal of executions', () => {
  const definition = machine({ Rest: { Type: 'Wait', Seconds: 5, End: true } });

  it('has an execution in it before StartExecution answers, so that its name is taken for ever', async () => {
    const journalFile = newFile();
    const first = setup({ journalFile });
    const stateMachineArn = first.create(definition);
    const starting = first.handle('StartExecution', { stateMachineArn, name: 'once', input: '{}' });
    expect(readFileSync(journalFile, 'utf8')).toContain('"name":"once"');
    await starting;
    kill(first);

    const next = restart(journalFile, definition);
    await next.handle('StartExecution', { stateMachineArn, name: 'once', input: '{}' });
    await expect(next.handle('StartExecution', { stateMachineArn, name: 'once', input: '{"other":1}' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect((await next.handle<{ executions: unknown[] }>('ListExecutions', { stateMachineArn })).executions).toHaveLength(1);
  });

  it('may end in half a line, which is cut off at every possible place', async () => {
    const journalFile = newFile();
    const first = setup({ journalFile });
    const executionArn = await first.start(definition);
    kill(first);
    const whole = readFileSync(journalFile, 'utf8');
    const last = whole.trimEnd().split('\n').at(-1) ?? '';

    for (const part of [last.slice(0, 1), last.slice(0, last.length / 2), last]) {
      const torn = newFile();
      copyFileSync(journalFile, torn);
      appendFileSync(torn, part);
      const next = restart(torn, definition);
      await next.states.idle();
      next.clock.advanceToNext();
      await next.states.idle();
      expect(await next.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
      kill(next);
      expect(await restart(torn, definition).describe(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    }
  });

  it('is for this user alone, and one that cannot be read is named with the line', async () => {
    const journalFile = newFile();
    kill(setup({ journalFile }));
    expect((statSync(journalFile).mode & 0o777).toString(8)).toBe('600');
    appendFileSync(journalFile, '{"kind":"something new"}\n');
    expect(() => setup({ journalFile })).toThrow(`Line 2 of ${journalFile} cannot be read by this version: move the data folder away to start with nothing.`);
  });
});
