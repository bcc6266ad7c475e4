import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import type { Job } from '../../lambdas/domain/job.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { createJobMachine, type JobMachine } from '../support/job-machine.ts';

let dynamodb: TestDynamodb;
let machine: JobMachine;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  machine = await createJobMachine(dynamodb, { trusted: true });
});

const execution = (jobId: string) => machine.deps.executions.status({ merchantId: machine.merchantId, jobId });
const creates = () => machine.upstream.calls.filter((call) => call === 'create').length;
const seconds = (from: number) => (machine.clock.now() - from) / 1000;

/** A job that has come to a state in which it waits. */
const waitingIn: Readonly<Record<string, () => Promise<Job>>> = {
  AwaitSignal: async () => {
    machine.upstream.courses = [{ takesMs: 60_000 }];
    const job = await machine.start();
    await machine.quiet();
    return job;
  },
  PauseForMfa: async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 1000 }];
    return machine.runToStatus((await machine.start()).id, 'awaiting_mfa');
  },
  AwaitTurn: async () => {
    machine.upstream.oneAtATime = true;
    machine.upstream.courses = [{ takesMs: 170_000 }];
    const { connectionId } = await machine.start();
    await machine.quiet();
    const job = await machine.start({ connectionId, type: 'identity' });
    await machine.quiet();
    return job;
  },
};

describe('canceling a job', () => {
  it.each(Object.keys(waitingIn))('that waits in %s ends it, frees its connection and ends its execution without waiting on', async (state) => {
    const job = await waitingIn[state]?.();
    if (job === undefined) throw new Error(`no job waits in ${state}`);
    expect((await machine.entered(job.id)).at(-1)).toBe(state);
    const at = machine.clock.now();

    expect(await machine.cancel(job.id)).toMatchObject({ id: job.id, status: 'canceled', completedAt: new Date(at).toISOString(), failure: null });
    await machine.quiet();

    expect(await execution(job.id)).toBe('ended');
    expect((await machine.entered(job.id)).at(-1)).toBe('Over');
    expect(seconds(at)).toBe(0);
    expect((await machine.start({ connectionId: job.connectionId, type: job.type })).id).not.toBe(job.id);
  });

  it('that no execution runs for yet keeps it from ever reaching upstream', async () => {
    const { start } = machine.deps.executions;
    machine.deps.executions.start = () => Promise.reject(new Error('Step Functions is away'));
    const { id } = await machine.start();
    machine.deps.executions.start = start;

    expect(await machine.cancel(id)).toMatchObject({ status: 'canceled' });
    await start({ merchantId: machine.merchantId, jobId: id });
    await machine.quiet();

    expect(await machine.entered(id)).toEqual(['CreateUpstreamJob', 'Over']);
    expect(machine.upstream.calls).toEqual([]);
  });

  it('whose data is being fetched leaves no result behind, nor makes it the newest', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    machine.upstream.onCall = async (call) => {
      if (call === 'readData') await machine.cancel((await machine.deps.jobs.running(machine.merchantId, machine.lastConnectionId()))[0]?.id ?? '');
    };
    const { id, connectionId } = await machine.start();

    expect(await machine.runToEnd(id)).toMatchObject({ status: 'canceled', resultExpiresAt: null });

    const now = new Date(machine.clock.now());
    expect(await machine.deps.results.readHead({ merchantId: machine.merchantId, jobId: id }, now)).toBeUndefined();
    expect(await machine.deps.results.newest(machine.merchantId, connectionId, 'balance', now)).toBeUndefined();
    expect((await machine.entered(id)).slice(-2)).toEqual(['FetchResult', 'Over']);
  });

  it('again answers the same, and tells an execution that the first call died before telling', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 1000 }];
    const { id } = await machine.runToStatus((await machine.start()).id, 'awaiting_mfa');
    const { exit } = machine.deps.tokens;
    machine.deps.tokens.exit = () => Promise.reject(new Error('killed'));
    await expect(machine.cancel(id)).rejects.toThrow('killed');
    machine.deps.tokens.exit = exit;
    const first = await machine.job(id);
    expect(first.status).toBe('canceled');

    expect(await machine.cancel(id)).toEqual(first);
    await machine.quiet();

    expect(await execution(id)).toBe('ended');
  });

  it('that ended otherwise is refused, and changes nothing', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    const completed = await machine.runToEnd((await machine.start()).id);

    await expect(machine.cancel(completed.id)).rejects.toMatchObject({ code: 'Conflict' });

    expect(await machine.job(completed.id)).toEqual(completed);
  });

  it('lets another one that waits for its turn go on', async () => {
    machine.upstream.oneAtATime = true;
    machine.upstream.courses = [{}, { takesMs: 1000 }];
    const first = await machine.start();
    await machine.quiet();
    const second = await machine.start({ connectionId: first.connectionId, type: 'identity' });
    await machine.quiet();
    expect((await machine.entered(second.id)).at(-1)).toBe('AwaitTurn');
    machine.upstream.oneAtATime = false;
    const at = machine.clock.now();

    await machine.cancel(first.id);
    await machine.quiet();

    expect((await machine.entered(second.id)).at(-1)).toBe('AwaitSignal');
    expect(seconds(at)).toBe(0);
  });

  it('lets only the one go on that has waited longest, and nobody when it is canceled again', async () => {
    machine.upstream.oneAtATime = true;
    machine.upstream.courses = [{}];
    const { id, connectionId } = await machine.start();
    await machine.quiet();
    const waiting: Job[] = [];
    for (const month of ['01', '02', '03']) {
      machine.clock.advance(100);
      waiting.push(await machine.start({ connectionId, type: 'transactions', startDate: `2026-${month}-01`, endDate: `2026-${month}-02` }));
      await machine.quiet();
    }
    const visits = () => Promise.all(waiting.map(async (job) => (await machine.entered(job.id)).filter((state) => state === 'CreateUpstreamJob').length));
    expect(await visits()).toEqual([1, 1, 1]);

    await machine.cancel(id);
    await machine.quiet();
    expect(await visits()).toEqual([2, 1, 1]);
    await machine.cancel(id);
    await machine.quiet();
    expect(await visits()).toEqual([2, 1, 1]);
  });

  it('that began another wait since it was read ends the wait it is in', async () => {
    machine.upstream.courses = [{ takesMs: 60_000 }];
    const { id } = await machine.start();
    await machine.quiet();
    const end = machine.deps.progress.end.bind(machine.deps.progress);
    const before = (await machine.job(id)).waitToken;
    // The wait of 35 s times out, and the next one begins, between the first read of the row and its end.
    machine.deps.progress.end = async (...given) => {
      machine.clock.advance(35_000);
      await machine.quiet();
      return end(...given);
    };

    await machine.cancel(id);
    await machine.quiet();

    expect((await machine.job(id)).waitToken).not.toBe(before);
    expect(await execution(id)).toBe('ended');
  });
});

describe('what upstream still runs of a canceled job', () => {
  const canceled = async (over: Parameters<JobMachine['start']>[0] = {}): Promise<Job> => {
    const job = await machine.start(over);
    await machine.quiet();
    return machine.cancel(job.id);
  };

  it('is gone on with by the next job like it, which posts nothing and is woken by its webhook', async () => {
    machine.upstream.oneAtATime = true;
    machine.upstream.courses = [{ takesMs: 20_000 }];
    const first = await canceled();
    machine.clock.advance(5000);

    const second = await machine.start({ connectionId: first.connectionId });
    const ended = await machine.runToEnd(second.id);

    expect(ended).toMatchObject({ status: 'completed', attempts: 0, upstreamJobId: first.upstreamJobId });
    expect(machine.upstream.calls).toEqual(['create', 'readState', 'readData']);
    expect(await machine.entered(second.id)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'FetchResult']);
    expect(ended.timeline.map(({ event }) => event)).toContain('adopted');
  });

  it('is never taken by a job of other dates or of another type', async () => {
    machine.upstream.courses = [{ takesMs: 20_000 }, { takesMs: 1000 }, { takesMs: 1000 }];
    const dates = { startDate: '2026-01-01', endDate: '2026-01-31' };
    const first = await canceled({ type: 'transactions', ...dates });

    const others = [await machine.start({ connectionId: first.connectionId, type: 'transactions', ...dates, endDate: '2026-02-01' }), await machine.start({ connectionId: first.connectionId, type: 'balance' })];
    for (const { id } of others) await machine.runToEnd(id);

    expect(creates()).toBe(3);
    const ids = await Promise.all(others.map(async ({ id }) => (await machine.job(id)).upstreamJobId));
    expect(ids).not.toContain(first.upstreamJobId);
  });

  it.each(['completed', 'failed'] as const)('is not taken once it has %s: its data would be older than the request', async (ends) => {
    machine.upstream.courses = [{ takesMs: 2000, ends }, { takesMs: 1000 }];
    const first = await canceled();
    machine.clock.advance(60_000);
    await machine.quiet();

    const second = await machine.runToEnd((await machine.start({ connectionId: first.connectionId })).id);
    const third = await machine.runToEnd((await machine.start({ connectionId: first.connectionId })).id);

    expect([second, third].map(({ status, attempts }) => [status, attempts])).toEqual([['completed', 1], ['completed', 1]]);
    expect(creates()).toBe(3);
    // Looked at once, then forgotten.
    expect(machine.upstream.calls.filter((call) => call === 'readState')).toHaveLength(1);
  });

  it('leads the next job to the question that the person did not answer', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 1000 }];
    const first = await machine.runToStatus((await machine.start()).id, 'awaiting_mfa');
    await machine.cancel(first.id);

    const second = await machine.runToStatus((await machine.start({ connectionId: first.connectionId })).id, 'awaiting_mfa');
    machine.upstream.answer(second.upstreamJobId ?? '');

    expect(second.upstreamJobId).toBe(first.upstreamJobId);
    expect(await machine.runToEnd(second.id)).toMatchObject({ status: 'completed' });
    expect(creates()).toBe(1);
  });

  it('is not taken for a question that was answered since', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 20_000 }];
    const first = await machine.runToStatus((await machine.start()).id, 'awaiting_mfa');
    await machine.cancel(first.id);
    machine.upstream.answer(first.upstreamJobId ?? '');

    const second = await machine.start({ connectionId: first.connectionId });
    await machine.quiet();

    expect((await machine.entered(second.id)).at(-1)).toBe('AwaitSignal');
    expect(await machine.runToEnd(second.id)).toMatchObject({ status: 'completed' });
  });

  it('is found also when the create was answered only after the job was canceled', async () => {
    machine.upstream.courses = [{ takesMs: 20_000 }];
    machine.upstream.beforeCreateReply = async () => {
      machine.upstream.beforeCreateReply = async () => undefined;
      const [job] = await machine.deps.jobs.running(machine.merchantId, machine.lastConnectionId());
      await machine.cancel(job?.id ?? '');
    };
    const first = await machine.start();
    await machine.quiet();
    expect(await machine.job(first.id)).toMatchObject({ status: 'canceled', upstreamJobId: null });

    const second = await machine.runToEnd((await machine.start({ connectionId: first.connectionId })).id);

    expect(second).toMatchObject({ status: 'completed', attempts: 0 });
    expect(creates()).toBe(1);
  });

  it('is left to the create itself while upstream does not say how it stands', async () => {
    machine.upstream.oneAtATime = true;
    machine.upstream.courses = [{ takesMs: 20_000 }, { takesMs: 1000 }];
    const first = await canceled();
    machine.upstream.readFaults.push(new AppError('UpstreamUnavailable', 'no reply'));

    const second = await machine.runToEnd((await machine.start({ connectionId: first.connectionId })).id);

    expect(second).toMatchObject({ status: 'completed', upstreamJobId: first.upstreamJobId });
    expect(await machine.entered(second.id)).toEqual(['CreateUpstreamJob', 'AwaitTurn', 'CreateUpstreamJob', 'AwaitSignal', 'FetchResult']);
  });

  it('is gone on with also when the task dies between taking it and its answer', async () => {
    machine.upstream.courses = [{ takesMs: 20_000 }];
    const first = await canceled();
    machine.invocationFaults.push('answer lost');

    const second = await machine.runToEnd((await machine.start({ connectionId: first.connectionId })).id);

    expect(second).toMatchObject({ status: 'completed', attempts: 0, upstreamJobId: first.upstreamJobId });
    expect(creates()).toBe(1);
  });
});
