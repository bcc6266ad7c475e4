import { beforeEach, describe, expect, it } from 'vitest';
import { startJob } from '../../lambdas/usecases/start-job.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { failNext } from '../support/fail-next.ts';
import { createJobMachine, type JobMachine } from '../support/job-machine.ts';

let dynamodb: TestDynamodb;
let machine: JobMachine;
/** The sweep sees every merchant's removals, so each test has an engine of its own. */
beforeEach(async () => {
  dynamodb = await startDynamodb();
  machine = await createJobMachine(dynamodb, { trusted: true });
  return async () => {
    await machine.quiet();
    await dynamodb.stop();
  };
});

const head = async (jobId: string) => machine.deps.results.readHead({ merchantId: machine.merchantId, jobId }, new Date(machine.clock.now()));
const newest = async (connectionId: string) => machine.deps.results.newest(machine.merchantId, connectionId, 'balance', new Date(machine.clock.now()));
const openRemovals = async () => {
  const found = [];
  for await (const removal of machine.deps.removals.listOpen()) found.push(removal);
  return found;
};

/** A connection with a completed job and one that runs. */
async function inUse() {
  machine.upstream.courses = [{ takesMs: 1000 }, {}];
  const done = await machine.runToEnd((await machine.start()).id);
  const running = await machine.start({ connectionId: done.connectionId, type: 'identity' });
  await machine.quiet();
  return { connectionId: done.connectionId, done, running };
}

describe('removing a connection', () => {
  it('cancels its running jobs, takes its results away, leaves ended jobs as they are, and leaves nothing open', async () => {
    const { connectionId, done, running } = await inUse();

    await machine.removeConnection(connectionId);
    await machine.quiet();

    expect(await machine.deps.connections.find(machine.merchantId, connectionId)).toBeUndefined();
    expect(await machine.job(running.id)).toMatchObject({ status: 'canceled' });
    expect(await machine.deps.executions.status({ merchantId: machine.merchantId, jobId: running.id })).toBe('ended');
    expect(await machine.job(done.id)).toEqual(done);
    expect([await head(done.id), await newest(connectionId)]).toEqual([undefined, undefined]);
    expect(await openRemovals()).toEqual([]);
  });

  it('keeps no job from being started on another connection, and none from being refused on this one', async () => {
    const { connectionId } = await inUse();
    const [other] = await machine.deps.jobs.running(machine.merchantId, connectionId);
    await machine.removeConnection(connectionId);

    await expect(machine.start({ connectionId })).rejects.toMatchObject({ code: 'NotFound' });
    if (other === undefined) throw new Error('no job ran');
    expect(await machine.deps.jobs.create({ ...other, id: 'job_late', status: 'queued' }, undefined)).toEqual({ outcome: 'connection_gone' });
    await machine.start();
  });

  it('that is not there is NotFound', async () => {
    await expect(machine.removeConnection('0'.repeat(32))).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('cancels a job that was accepted in the moment in which the removal began, also where its clock is ahead', async () => {
    const connectionId = await machine.connect();
    machine.upstream.courses = [{ takesMs: 60_000 }];
    const ahead = { now: () => new Date(machine.clock.now() + 2000) };
    const { job } = await startJob({ ...machine.deps, clock: ahead }, { merchantId: machine.merchantId, connectionId, type: 'balance' });

    await machine.removeConnection(connectionId);
    await machine.quiet();

    expect(await machine.job(job.id)).toMatchObject({ status: 'canceled' });
    expect(await openRemovals()).toEqual([]);
  });

  it('is never undone by who had read the connection before: neither by a look at upstream nor by a start', async () => {
    const connectionId = await machine.connect();
    const read = await machine.deps.connections.find(machine.merchantId, connectionId);
    if (read === undefined) throw new Error('the connection is not there');
    await machine.removeConnection(connectionId);

    expect(await machine.deps.connections.renew(read)).toBeUndefined();
    expect(await machine.deps.connections.find(machine.merchantId, connectionId)).toBeUndefined();

    await machine.connect(connectionId);
    expect(await machine.deps.connections.renew(read)).toBeUndefined();
    const job = await machine.start({ connectionId });
    expect(await machine.deps.jobs.create({ ...job, id: 'job_late', type: 'identity', connectionGeneration: read.generation }, undefined)).toEqual({ outcome: 'connection_gone' });
  });

  it('twice, with a save in between, carries both through', async () => {
    const { connectionId, done } = await inUse();
    failNext(machine.deps.removals, 'finish');
    await expect(machine.removeConnection(connectionId)).rejects.toThrow('killed');
    await machine.connect(connectionId);
    machine.upstream.courses = [{ takesMs: 1000 }];
    const anew = await machine.runToEnd((await machine.start({ connectionId })).id);
    failNext(machine.deps.removals, 'finish');
    await expect(machine.removeConnection(connectionId)).rejects.toThrow('killed');
    expect(await openRemovals()).toHaveLength(2);

    await machine.removeConnection(connectionId);

    expect([await head(done.id), await head(anew.id), await newest(connectionId)]).toEqual([undefined, undefined, undefined]);
    expect(await openRemovals()).toEqual([]);
  });

  it('that died half-way is carried through by a repeat of the request', async () => {
    const { connectionId, done } = await inUse();
    failNext(machine.deps.results, 'remove');
    await expect(machine.removeConnection(connectionId)).rejects.toThrow('killed');
    expect(await head(done.id)).toBeDefined();

    await machine.removeConnection(connectionId);

    expect(await head(done.id)).toBeUndefined();
    await expect(machine.removeConnection(connectionId)).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('that died half-way is carried through by the sweep, and not before half a minute', async () => {
    const { connectionId, done, running } = await inUse();
    failNext(machine.deps.progress, 'end');
    await expect(machine.removeConnection(connectionId)).rejects.toThrow('killed');

    expect(await machine.sweep()).toEqual({});
    machine.clock.advance(31_000);
    expect(await machine.sweep()).toEqual({ Removed: 1 });

    expect(await machine.job(running.id)).toMatchObject({ status: 'canceled' });
    expect(await head(done.id)).toBeUndefined();
    expect(machine.counted).toContain('SweepRemoved');
    expect(await machine.sweep()).toEqual({});
  });

  it('takes nothing from the same connection that was saved anew before the removal was carried through', async () => {
    const { connectionId } = await inUse();
    failNext(machine.deps.removals, 'finish');
    await expect(machine.removeConnection(connectionId)).rejects.toThrow('killed');
    await machine.quiet();

    machine.clock.advance(1000);
    await machine.connect(connectionId);
    machine.upstream.courses = [{ takesMs: 1000 }];
    const anew = await machine.runToEnd((await machine.start({ connectionId })).id);
    const running = await machine.start({ connectionId, type: 'transactions' });
    machine.clock.advance(31_000);
    expect(await machine.sweep()).toEqual({ Removed: 1 });

    expect(await head(anew.id)).toBeDefined();
    expect(await newest(connectionId)).toMatchObject({ jobId: anew.id });
    expect((await machine.job(running.id)).status).not.toBe('canceled');
  });

  it('leaves no result of a job that stored its data and then failed', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    machine.deps.completion.complete = () => Promise.reject(new Error('DynamoDB is away'));
    const job = await machine.runToEnd((await machine.start()).id);
    expect(job.status).toBe('failed');
    expect(await head(job.id)).toBeDefined();

    await machine.removeConnection(job.connectionId);

    expect(await head(job.id)).toBeUndefined();
  });

  it('goes on with the page of jobs where it died, so that one with many results comes to its end', async () => {
    const { connectionId, done } = await inUse();
    const list = machine.deps.jobs.list.bind(machine.deps.jobs);
    const positions: (string | undefined)[] = [];
    machine.deps.jobs.list = async (merchantId, filter, page) => {
      positions.push(page.position);
      if (positions.length === 2) throw new Error('killed');
      return list(merchantId, filter, { ...page, limit: 1 });
    };
    await expect(machine.removeConnection(connectionId)).rejects.toThrow('killed');
    expect(await openRemovals()).toMatchObject([{ position: positions[1] }]);

    await machine.removeConnection(connectionId);

    expect(positions[0]).toBeUndefined();
    expect(positions[2]).toBe(positions[1]);
    expect([await head(done.id), await newest(connectionId)]).toEqual([undefined, undefined]);
    expect(await openRemovals()).toEqual([]);
  });

  it('tells the execution of a job that it canceled, though it died in between', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000 }];
    const job = await machine.runToStatus((await machine.start()).id, 'awaiting_mfa');
    failNext(machine.deps.tokens, 'exit');
    await expect(machine.removeConnection(job.connectionId)).rejects.toThrow('killed');
    const status = () => machine.deps.executions.status({ merchantId: job.merchantId, jobId: job.id });
    expect([(await machine.job(job.id)).status, await status()]).toEqual(['canceled', 'running']);

    machine.clock.advance(31_000);
    expect(await machine.sweep()).toMatchObject({ Removed: 1 });
    await machine.quiet();
    expect(await status()).toBe('ended');
  });

  it('is carried through by the sweep though the open jobs cannot be listed', async () => {
    const { connectionId, running } = await inUse();
    failNext(machine.deps.progress, 'end');
    await expect(machine.removeConnection(connectionId)).rejects.toThrow('killed');
    machine.deps.jobs.listOpen = () => {
      throw new Error('throttled');
    };
    machine.clock.advance(31_000);
    await expect(machine.sweep()).rejects.toThrow('throttled');
    expect(await machine.job(running.id)).toMatchObject({ status: 'canceled' });
    expect(await openRemovals()).toEqual([]);
  });

  it('gives a start on the connection saved anew a job of its own, though an old one was not canceled yet', async () => {
    const { connectionId, running } = await inUse();
    failNext(machine.deps.progress, 'end');
    await expect(machine.removeConnection(connectionId)).rejects.toThrow('killed');
    await machine.connect(connectionId);

    const anew = await machine.start({ connectionId, type: running.type });

    expect(anew.id).not.toBe(running.id);
    expect(await machine.job(running.id)).toMatchObject({ status: 'canceled' });
    machine.clock.advance(31_000);
    expect(await machine.sweep()).toMatchObject({ Removed: 1 });
    expect((await machine.job(anew.id)).status).not.toBe('canceled');
  });

  it('leaves no result of a job whose data was being fetched', async () => {
    machine.upstream.courses = [{ takesMs: 1000 }];
    machine.upstream.onCall = async (call) => {
      if (call === 'readData') await machine.removeConnection(machine.lastConnectionId());
    };
    const job = await machine.runToEnd((await machine.start()).id);

    expect(job.status).toBe('canceled');
    expect([await head(job.id), await newest(job.connectionId)]).toEqual([undefined, undefined]);
  });
});
