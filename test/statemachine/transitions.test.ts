import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { createJobMachine } from '../support/job-machine.ts';
import { runPlainLoop } from '../support/plain-loop.ts';

let dynamodb: TestDynamodb;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());

/** The table of architecture §6 and statemachines/README.md. */
const billed = [
  { schedule: 'trusting, woken by webhook', trusted: true, silent: false, transitions: { 3: 4, 10: 4, 30: 4, 75: 8 } },
  { schedule: 'trusting, webhook lost', trusted: true, silent: true, transitions: { 3: 5, 10: 5, 30: 5, 75: 9 } },
  { schedule: 'doubting, no webhook ever', trusted: false, silent: true, transitions: { 3: 5, 10: 9, 30: 13, 75: 19 } },
].flatMap(({ transitions, ...row }) => Object.entries(transitions).map(([seconds, count]) => ({ ...row, seconds: Number(seconds), count })));

describe('billed transitions of a completed job', () => {
  it.each(billed)('$schedule, upstream takes $seconds s: $count', async ({ trusted, silent, seconds, count }) => {
    const machine = await createJobMachine(dynamodb, { trusted });
    machine.upstream.courses = [{ takesMs: seconds * 1000, silent }];

    const { id } = await machine.start();
    const job = await machine.runToEnd(id);

    expect(job.status).toBe('completed');
    expect(await machine.transitions(id)).toBe(count);
  });
});

/** The last row of the same table: the loop of upstream's documents, test/statemachine/plain-loop.asl.json. */
describe("billed transitions of the documents' own loop, for comparison", () => {
  it.each([[3, 10, 2], [10, 16, 4], [30, 40, 12], [75, 94, 30]])('upstream takes %i s: %i, after %i polls', async (seconds, count, polls) => {
    const { status, transitions, calls } = await runPlainLoop({ takesMs: seconds * 1000 });

    expect(status).toBe('SUCCEEDED');
    expect(transitions).toBe(count);
    expect(calls).toEqual(['create', ...Array.from({ length: polls }, () => 'readState'), 'readData']);
  });

  it.each([['has not finished after 30 polls', { takesMs: 75_001 }, 93], ['says that it failed', { takesMs: 10_000, ends: 'failed' as const }, 15]])('end in failure when upstream %s', async (_what, course, count) => {
    expect(await runPlainLoop(course)).toMatchObject({ status: 'FAILED', transitions: count });
  });
});

describe('what an MFA pause adds', () => {
  const base = 4;

  it('1 when the webhook ends it', async () => {
    const machine = await createJobMachine(dynamodb, { trusted: true });
    machine.upstream.courses = [{ asksAfterMs: 2000, takesMs: 1000 }];
    const { id } = await machine.start();
    const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');

    machine.upstream.answer(upstreamJobId ?? '');
    await machine.runToEnd(id);

    expect(await machine.transitions(id)).toBe(base + 1);
  });

  it('2 by resume and then webhook', async () => {
    const machine = await createJobMachine(dynamodb, { trusted: true });
    machine.upstream.courses = [{ asksAfterMs: 2000, takesMs: 1000 }];
    const { id } = await machine.start();
    const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');

    machine.upstream.answer(upstreamJobId ?? '');
    await machine.resume(id);
    await machine.runToEnd(id);

    expect(await machine.transitions(id)).toBe(base + 2);
  });

  it('3 by resume and then poll', async () => {
    const machine = await createJobMachine(dynamodb, { trusted: true });
    machine.upstream.courses = [{ asksAfterMs: 2000, takesMs: 1000 }];
    const { id } = await machine.start();
    const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');

    machine.upstream.deliver = async () => undefined;
    machine.upstream.answer(upstreamJobId ?? '');
    await machine.resume(id);
    await machine.runToEnd(id);

    expect(await machine.transitions(id)).toBe(base + 3);
  });
});

describe('history events', () => {
  it('are 11 for a wait that times out and a poll, as the README of the definition says, so that a job stays far below 25,000', async () => {
    const machine = await createJobMachine(dynamodb, { trusted: false });
    machine.upstream.courses = [{ silent: true }];
    const { id } = await machine.start();
    await machine.runToEnd(id);

    const names = (await machine.history(id)).map((event) => event.stateEnteredEventDetails?.name);
    const waits = names.flatMap((name, index) => (name === 'AwaitSignal' ? [index] : []));
    expect(waits.length).toBeGreaterThan(5);
    expect(new Set(waits.slice(1).map((index, place) => index - (waits[place] ?? 0)))).toEqual(new Set([11]));
  });
});

describe('upstream calls of a job', () => {
  it('are 2 when a webhook wakes it within the first wait: create and data', async () => {
    const machine = await createJobMachine(dynamodb, { trusted: true });
    machine.upstream.courses = [{ takesMs: 10_000 }];

    const { id } = await machine.start();
    await machine.runToEnd(id);

    expect(machine.upstream.calls).toEqual(['create', 'readData']);
  });
});
