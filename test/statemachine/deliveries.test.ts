import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { createJobMachine, type JobMachine } from '../support/job-machine.ts';

let dynamodb: TestDynamodb;
let machine: JobMachine;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  machine = await createJobMachine(dynamodb);
});

describe('what an operator sees counted of a delivery', () => {
  /** A job that waits for its webhook; what was counted on the way there is left aside. */
  async function aWaitingJob() {
    const { id } = await machine.start();
    await machine.quiet();
    machine.counted.length = 0;
    return { id, upstreamJobId: (await machine.job(id)).upstreamJobId ?? '' };
  }

  it('is nothing when it brings news', async () => {
    const { id, upstreamJobId } = await aWaitingJob();
    await machine.deliver(machine.upstream.signalOf(upstreamJobId, 'completed'));
    expect((await machine.runToEnd(id)).status).toBe('completed');
    expect(machine.counted).toEqual([]);
  });

  it("is that it is nobody's, when no job has its upstream id", async () => {
    const { id, upstreamJobId } = await aWaitingJob();
    await machine.deliver({ ...machine.upstream.signalOf(upstreamJobId, 'completed'), upstreamJobId: 'REF-of-nobody' });
    expect(machine.counted).toEqual(['WebhookUnbound']);
    expect((await machine.job(id)).status).toBe('running');
  });

  it('is that it is repeated, when it came before and was heard', async () => {
    const { id, upstreamJobId } = await aWaitingJob();
    const question = machine.upstream.signalOf(upstreamJobId, 'mfa');
    await machine.deliver(question);
    await machine.runToStatus(id, 'awaiting_mfa');
    await machine.deliver(question);
    expect(machine.counted).toEqual(['WebhookRepeated']);
  });

  it('is that it is late, when its job is over', async () => {
    const { id, upstreamJobId } = await aWaitingJob();
    await machine.deliver(machine.upstream.signalOf(upstreamJobId, 'completed'));
    await machine.runToEnd(id);
    await machine.deliver(machine.upstream.signalOf(upstreamJobId, 'failed'));
    expect(machine.counted).toEqual(['WebhookLate']);
  });
});

describe('a revocation', () => {
  const statusOf = async (connectionId: string) => (await machine.deps.connections.find(machine.merchantId, connectionId))?.status;

  it('ends the execution of a running job without waiting on, and proves that deliveries arrive', async () => {
    machine.upstream.courses = [{ silent: true }];
    const { id, connectionId } = await machine.start();
    await machine.quiet();
    expect(await machine.deps.trust.isTrusted(machine.merchantId)).toBe(false);
    const at = machine.clock.now();

    await machine.deliverRevocation(connectionId);
    await machine.quiet();

    expect(await machine.job(id)).toMatchObject({ status: 'failed', failure: { code: 'ConnectionRevoked' } });
    expect(await machine.deps.executions.status({ merchantId: machine.merchantId, jobId: id })).toBe('ended');
    expect((await machine.entered(id)).at(-1)).toBe('Over');
    expect(machine.clock.now()).toBe(at);
    expect(await machine.deps.trust.isTrusted(machine.merchantId)).toBe(true);
  });

  it('ends a job that waits for nothing yet', async () => {
    machine.deps.executions.start = async () => undefined;
    const { id, connectionId } = await machine.start();
    await machine.deliverRevocation(connectionId);
    expect(await machine.job(id)).toMatchObject({ status: 'failed', waitToken: null });
  });

  it('from before the connection was saved anew ends nothing', async () => {
    const { id, connectionId } = await machine.start();
    await machine.quiet();
    await machine.deliverRevocation(connectionId, -5000);
    expect(await statusOf(connectionId)).toBe('connected');
    expect((await machine.job(id)).status).toBe('running');
  });

  it.each([
    ['of the same whole second, which is all that upstream tells, came after it', 500, -500, 'revoked'],
    ['told to the millisecond, came before it', 500, -1, 'connected'],
    ['told to the millisecond, came after it', 500, 1, 'revoked'],
    ['of the second before, came before it', 500, -1500, 'connected'],
  ])('%s: a connection saved at %i ms, revoked %i ms from then, is %s', async (_what, savedAtMs, offsetMs, status) => {
    machine.clock.advance(savedAtMs);
    const connectionId = await machine.connect();
    await machine.deliverRevocation(connectionId, offsetMs);
    expect(await statusOf(connectionId)).toBe(status);
  });

  it('may be ahead of our clock by up to five minutes', async () => {
    const connectionId = await machine.connect();
    await machine.deliverRevocation(connectionId, 300_000);
    expect(await statusOf(connectionId)).toBe('revoked');
  });

  it('of a connection that is not there changes nothing', async () => {
    await expect(machine.deliverRevocation('no-such-connection')).resolves.toBeUndefined();
  });
});
