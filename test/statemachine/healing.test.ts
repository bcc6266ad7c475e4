import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobRef } from '../../lambdas/domain/job.ts';
import { closeDeadExecutions } from '../../lambdas/events/close-dead-executions.ts';
import { getJob } from '../../lambdas/usecases/get-job.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { createJobMachine, type JobMachine } from '../support/job-machine.ts';

let dynamodb: TestDynamodb;
let machine: JobMachine;

/** The sweep sees every merchant's jobs, so each test has an engine of its own. */
beforeEach(async () => {
  dynamodb = await startDynamodb();
  machine = await createJobMachine(dynamodb, { trusted: true });
  return () => dynamodb.stop();
});

/** Jobs whose executions were stopped from outside while nobody was told. */
async function stoppedUnheard(count: number): Promise<string[]> {
  machine.upstream.courses = [{}];
  const ids: string[] = [];
  for (let started = 0; started < count; started++) ids.push((await machine.start()).id);
  await machine.quiet();
  machine.loseStatusChanges();
  for (const id of ids) await machine.states.handle('StopExecution', { executionArn: machine.executionArn(id) });
  return ids;
}

describe('the sweep', () => {
  it('starts a job whose start was lost', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    const start = machine.deps.executions.start;
    machine.deps.executions.start = () => Promise.reject(new Error('Step Functions is away'));
    const { id } = await machine.start();
    machine.deps.executions.start = start;
    expect((await machine.job(id)).status).toBe('queued');

    machine.clock.advance(60_000);
    expect(await machine.sweep()).toEqual({ Started: 1 });
    expect((await machine.runToEnd(id)).status).toBe('completed');
  });

  it('closes a job whose execution ended without saying so', async () => {
    const [id = ''] = await stoppedUnheard(1);

    machine.clock.advance(60_000);
    expect(await machine.sweep()).toEqual({ Closed: 1 });
    expect(await machine.job(id)).toMatchObject({ status: 'failed', failure: { code: 'Internal' } });
  });

  it('wakes a job whose signal was stored by a webhook that died before its send', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    const send = machine.deps.tokens.succeed;
    machine.deps.tokens.succeed = () => Promise.reject(new Error('killed'));
    machine.upstream.deliver = (signal) => machine.deliver(signal).catch(() => undefined);
    const { id } = await machine.start();
    await machine.runUntil(async () => (await machine.job(id)).signalSeq === 1);
    machine.deps.tokens.succeed = send;
    // Past the sweep's half minute, before the wait's own 35 s.
    machine.clock.advance(31_000);

    expect(await machine.sweep()).toEqual({ Woken: 1 });
    expect((await machine.runToEnd(id)).status).toBe('completed');
  });

  it('leaves a job alone whose data is being fetched for long', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    let sweepInFetch: Promise<Record<string, number>> | undefined;
    machine.upstream.onCall = async (call) => {
      if (call !== 'readData') return;
      machine.clock.advance(40_000);
      sweepInFetch ??= machine.sweep();
      await sweepInFetch;
    };
    const { id } = await machine.start();
    expect(await machine.runToEnd(id)).toMatchObject({ status: 'completed', signalSeq: 1, heardSeq: 0 });
    expect(await sweepInFetch).toEqual({});
  });

  it('puts the others right before it fails over one that it cannot', async () => {
    const ids = await stoppedUnheard(4);
    let first: string | undefined;
    machine.deps.executions.status = async ({ jobId }) => {
      first ??= jobId;
      if (jobId === first) throw new Error('throttled');
      return 'ended';
    };

    machine.clock.advance(60_000);
    await expect(machine.sweep()).rejects.toThrow('throttled');
    for (const id of ids) expect((await machine.job(id)).status).toBe(id === first ? 'running' : 'failed');
    expect(machine.counted).toContain('SweepFailed');
  });

  it('puts the others right before it fails over a row that it cannot read', async () => {
    const ids = await stoppedUnheard(4);
    const { value: first } = (await machine.deps.jobs.listOpen(machine.deps.clock.now())[Symbol.asyncIterator]().next()) as { value: JobRef };
    const key = { pk: `${first.merchantId}#${first.jobId}`, sk: 'JOB' };
    await dynamodb.client.send(new UpdateCommand({ TableName: dynamodb.tables.jobs, Key: key, UpdateExpression: 'REMOVE timeline' }));

    machine.clock.advance(60_000);
    await expect(machine.sweep()).rejects.toMatchObject({ code: 'Internal' });
    for (const id of ids.filter((one) => one !== first.jobId)) expect((await machine.job(id)).status).toBe('failed');
  });

  it('puts jobs right though the removals cannot be listed', async () => {
    const [id = ''] = await stoppedUnheard(1);
    machine.deps.removals.listOpen = () => {
      throw new Error('throttled');
    };
    machine.clock.advance(60_000);
    const told: unknown[] = [];
    await expect(machine.sweep((kind, what) => told.push({ kind, ...what }))).rejects.toThrow('throttled');
    expect(told).toEqual([{ kind: 'Closed', merchantId: machine.merchantId, jobId: id }]);
    await machine.quiet();
  });

  it('looks at the open jobs in another order each minute, so that none is behind all others for ever', async () => {
    machine.deps.executions.start = async () => undefined;
    for (let count = 0; count < 24; count++) await machine.start();
    const firstAt = async (minute: number): Promise<string> => {
      const { value } = (await machine.deps.jobs.listOpen(new Date(minute * 60_000))[Symbol.asyncIterator]().next()) as { value: JobRef };
      return value.jobId;
    };
    const firsts = await Promise.all(Array.from({ length: 8 }, (_, minute) => firstAt(minute)));
    expect(new Set(firsts).size).toBeGreaterThan(3);
    expect(await firstAt(8)).toBe(firsts[0]);
  });

  it('gives a webhook half a minute to wake the job itself', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 1000 }];
    const { id } = await machine.start();
    const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');
    machine.clock.advance(300_000);
    const { succeed } = machine.deps.tokens;
    machine.deps.tokens.succeed = () => Promise.reject(new Error('killed'));
    machine.upstream.deliver = (signal) => machine.deliver(signal).catch(() => undefined);
    machine.upstream.answer(upstreamJobId ?? '');
    await machine.runUntil(async () => (await machine.job(id)).signalSeq === 2);
    machine.deps.tokens.succeed = succeed;

    expect(await machine.sweep()).toEqual({});
    machine.clock.advance(30_000);
    expect(await machine.sweep()).toEqual({ Woken: 1 });
    expect((await machine.runToEnd(id)).status).toBe('completed');
  });

  it('leaves a healthy job alone', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000 }];
    const { id } = await machine.start();
    await machine.runToStatus(id, 'awaiting_mfa');
    machine.clock.advance(300_000);

    expect(await machine.sweep()).toEqual({});
    expect((await machine.job(id)).status).toBe('awaiting_mfa');
  });
});

describe('an execution that ended past its own time', () => {
  const close = async (detail: object) => closeDeadExecutions(() => machine.deps)({ detail }, { awsRequestId: 'event', functionName: 'close-dead-executions' } as Context);

  it.each([
    ['TIMED_OUT', 'expired', 'JobTimedOut'],
    ['ABORTED', 'failed', 'Internal'],
    ['FAILED', 'failed', 'Internal'],
  ])('and is told as %s closes its job as %s', async (status, end, code) => {
    const { id } = await machine.start();
    await machine.quiet();
    expect(await close({ status, input: JSON.stringify({ merchantId: machine.merchantId, jobId: id }) })).toEqual({ closed: true });
    expect(await machine.job(id)).toMatchObject({ status: end, failure: { code } });
  });

  it.each(['no JSON', '{}'])('and whose input is %s is refused by the path, and never quoted', async (input) => {
    const refused = close({ status: 'ABORTED', input });
    await expect(refused).rejects.toMatchObject({ code: 'Internal', message: expect.stringMatching(/^the input of close-dead-executions does not fit at detail\.input/) as string });
  });

  it('and whose row is open still is closed by the sweep once every limit is past, though Step Functions says nothing', async () => {
    const [id = ''] = await stoppedUnheard(1);
    machine.deps.executions.status = () => Promise.reject(new Error('throttled'));
    machine.clock.advance(40 * 60_000);
    await expect(machine.sweep()).rejects.toThrow('throttled');
    machine.clock.advance(1);
    expect(await machine.sweep()).toEqual({ Closed: 1 });
    await machine.quiet();
    expect(await machine.job(id)).toMatchObject({ status: 'expired', failure: { code: 'JobTimedOut' } });
  });
});

describe('a long poll', () => {
  it.each(['take', 'leave'] as const)('answers the job that it read though its places cannot be counted: %s', async (method) => {
    machine.upstream.courses = [{}];
    const { id } = await machine.start();
    await machine.quiet();
    const longPolls = { take: async () => ({ merchantId: machine.merchantId, window: 1 }), leave: async () => undefined, [method]: () => Promise.reject(new Error('throttled')) };
    const sleep = async (milliseconds: number) => machine.clock.advance(milliseconds);
    const found = await getJob({ ...machine.deps, longPolls, sleep }, { merchantId: machine.merchantId, jobId: id, waitSeconds: 1 });
    expect(found).toMatchObject({ job: { id, status: 'running' }, ...(method === 'take' && { retryAfterSeconds: 2 }) });
  });

  it('starts a job whose start was lost as soon as that shows, once', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    const { start } = machine.deps.executions;
    machine.deps.executions.start = () => Promise.reject(new Error('Step Functions is away'));
    const { id } = await machine.start();
    let starts = 0;
    machine.deps.executions.start = (ref) => {
      starts++;
      return start(ref);
    };
    const sleep = async (milliseconds: number) => {
      machine.clock.advance(milliseconds);
      await machine.quiet();
    };
    const { job } = await getJob({ ...machine.deps, sleep }, { merchantId: machine.merchantId, jobId: id, waitSeconds: 20 });
    expect(job.status).toBe('completed');
    expect(starts).toBe(1);
    expect(machine.clock.now() - Date.parse(job.createdAt)).toBeLessThan(8000);
  });
});

describe('a redelivery', () => {
  it('sends again what a webhook that died in between had stored', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    const send = machine.deps.tokens.succeed;
    machine.deps.tokens.succeed = () => Promise.reject(new Error('killed'));
    let lost: Parameters<JobMachine['deliver']>[0] | undefined;
    machine.upstream.deliver = (signal) =>
      machine.deliver(signal).catch(() => {
        lost = signal;
      });
    const { id } = await machine.start();
    await machine.runUntil(async () => (await machine.job(id)).signalSeq === 1);
    machine.deps.tokens.succeed = send;

    if (lost !== undefined) await machine.deliver(lost);
    expect((await machine.runToEnd(id)).status).toBe('completed');
    expect(await machine.transitions(id)).toBe(4);
  });
});

describe('a replay of signed deliveries', () => {
  it('changes nothing, not even the trust that was lost since', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000 }];
    const delivered: Parameters<JobMachine['deliver']>[0][] = [];
    machine.upstream.deliver = async (signal) => {
      delivered.push(signal);
      await machine.deliver(signal);
    };
    const { id } = await machine.start();
    const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');
    for (let times = 0; times < 3; times++) {
      machine.upstream.ask(upstreamJobId ?? '');
      await machine.quiet();
    }
    await machine.deps.trust.set(machine.merchantId, false, machine.deps.clock.now());
    const [before, transitions] = [await machine.job(id), await machine.transitions(id)];
    expect(delivered.map(({ kind }) => kind)).toEqual(['initiated', 'mfa', 'mfa', 'mfa', 'mfa']);

    machine.clock.advance(1000);
    for (const signal of [...delivered, ...delivered]) await machine.deliver(signal);
    await machine.quiet();
    expect(await machine.job(id)).toEqual(before);
    expect(await machine.transitions(id)).toBe(transitions);
    expect(await machine.deps.trust.isTrusted(machine.merchantId)).toBe(false);
  });

  it('of what is about no job, and one whose time cannot be read, bring no trust back', async () => {
    const isTrusted = () => machine.deps.trust.isTrusted(machine.merchantId);
    const sentAt = machine.deps.clock.now();
    const connectionId = await machine.connect();
    const deliverBoth = async () => {
      await machine.deliverOther('a test of the subscription', sentAt);
      await machine.deliverRevocation(connectionId, sentAt.getTime() - machine.clock.now());
    };
    await machine.deps.trust.set(machine.merchantId, false, sentAt);
    await deliverBoth();
    expect(await isTrusted()).toBe(true);

    machine.clock.advance(1000);
    await machine.deps.trust.set(machine.merchantId, false, machine.deps.clock.now());
    machine.clock.advance(1000);
    await deliverBoth();
    await machine.deliverOther('bears no time', undefined);
    expect(await isTrusted()).toBe(false);
    expect(machine.counted.filter((name) => name === 'WebhookRepeated')).toHaveLength(2);

    await machine.deliverOther('another test of the subscription', machine.deps.clock.now());
    expect(await isTrusted()).toBe(true);
  });
});

describe('a resume', () => {
  it('is not lost when it comes while the job looks at upstream for another reason', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 100 }];
    const { id } = await machine.start();
    const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');
    // The poll has read "MFA" already when the person answers and the merchant says so; from here on no webhook comes.
    machine.upstream.onCall = async (call) => {
      if (call !== 'readState') return;
      machine.upstream.onCall = async () => undefined;
      machine.upstream.deliver = async () => undefined;
      machine.upstream.readOnce = { state: 'mfa_required' };
      machine.upstream.answer(upstreamJobId ?? '');
      await machine.resume(id);
    };
    machine.upstream.ask(upstreamJobId ?? '');
    const askedAt = machine.clock.now();

    expect((await machine.runToEnd(id)).status).toBe('completed');
    expect(machine.clock.now() - askedAt).toBeLessThan(20_000);
  });

  it('that died before it could wake the job is made good by the sweep', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 100, silent: true }];
    const { id } = await machine.start();
    const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');
    machine.upstream.answer(upstreamJobId ?? '');
    const { exit } = machine.deps.tokens;
    machine.deps.tokens.exit = () => Promise.reject(new Error('killed'));
    await expect(machine.resume(id)).rejects.toThrow('killed');
    machine.deps.tokens.exit = exit;

    machine.clock.advance(31_000);
    expect(await machine.sweep()).toEqual({ Woken: 1 });
    expect(await machine.runToEnd(id)).toMatchObject({ status: 'completed', resumes: 1 });
    expect(machine.clock.now() - Date.parse((await machine.job(id)).createdAt)).toBeLessThan(120_000);
  });

  it('is refused while the job does not wait for the person', async () => {
    machine.upstream.courses = [{}];
    const { id } = await machine.start();
    await machine.quiet();
    await expect(machine.resume(id)).rejects.toMatchObject({ code: 'Conflict' });
  });

  it('is refused the eleventh time', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000 }];
    const { id } = await machine.start();
    for (let count = 0; count < 10; count++) {
      await machine.runToStatus(id, 'awaiting_mfa');
      await machine.resume(id);
    }
    await machine.runToStatus(id, 'awaiting_mfa');
    await expect(machine.resume(id)).rejects.toMatchObject({ code: 'Conflict' });
  });
});

describe('trust in webhooks', () => {
  it('is lost when a poll finds an end that no signal told, and won back by the next signed delivery', async () => {
    machine.upstream.courses = [{ takesMs: 1000, silent: true }, { takesMs: 1000 }];
    await machine.runToEnd((await machine.start()).id);
    expect(await machine.deps.trust.isTrusted(machine.merchantId)).toBe(false);
    await machine.runToEnd((await machine.start()).id);
    expect(await machine.deps.trust.isTrusted(machine.merchantId)).toBe(true);
  });
});

describe('jobs of other types on one connection', () => {
  it('take turns, and the end of one wakes the next', async () => {
    machine.upstream.courses = [{ takesMs: 2000 }];
    machine.upstream.oneAtATime = true;
    const connectionId = await machine.connect();
    const jobs = await Promise.all((['balance', 'identity', 'transactions'] as const).map((type) => machine.start({ connectionId, type })));
    for (const { id } of jobs) expect(await machine.runToEnd(id)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(machine.clock.now() - Date.parse(jobs[0]?.createdAt ?? '')).toBeLessThan(10_000);
  });
});

describe('a revocation', () => {
  it('marks the connection and ends its running jobs', async () => {
    machine.upstream.courses = [{}];
    const job = await machine.start();
    await machine.quiet();
    machine.clock.advance(1000);
    await machine.deliverRevocation(job.connectionId);

    expect(await machine.runToEnd(job.id)).toMatchObject({ status: 'failed', failure: { code: 'ConnectionRevoked' } });
    expect((await machine.entered(job.id)).at(-1)).toBe('Over');
    expect(await machine.deps.connections.find(machine.merchantId, job.connectionId)).toMatchObject({ status: 'revoked' });
  });

  it.each([['older than an hour', -3_601_000], ['more than five minutes ahead', 301_000]])('that is %s changes nothing', async (_age, offsetMs) => {
    machine.upstream.courses = [{}];
    const job = await machine.start();
    await machine.quiet();
    await machine.deliverRevocation(job.connectionId, offsetMs);
    expect((await machine.job(job.id)).status).toBe('running');
    expect(machine.counted).toContain('WebhookUntimely');
  });
});
