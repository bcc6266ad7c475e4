import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import type { Job } from '../../lambdas/domain/job.ts';
import type { UpstreamJobState } from '../../lambdas/ports.ts';
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

/** Stores the next signals without waking anybody, like a webhook that is killed between its write and its send. */
async function untilStored(id: string, signals: number): Promise<void> {
  const { succeed, exit } = machine.deps.tokens;
  machine.deps.tokens.succeed = machine.deps.tokens.exit = () => Promise.reject(new Error('killed'));
  machine.upstream.deliver = (signal) => machine.deliver(signal).catch(() => undefined);
  await machine.runUntil(async () => (await machine.job(id)).signalSeq === signals);
  Object.assign(machine.deps.tokens, { succeed, exit });
}

/** From now on upstream's status says the same for ever, or until it was read so many times that only a loop can have done it. */
function freezeStatus(state: UpstreamJobState): void {
  machine.upstream.onCall = async (call) => {
    const reads = machine.upstream.calls.filter((one) => one === 'readState').length;
    if (call === 'readState' && reads < 20) machine.upstream.readOnce = state;
  };
}
const reads = () => machine.upstream.calls.filter((call) => call === 'readState');

/** Does something once, just before the wait of a state is written. */
function before(state: string, happening: () => Promise<unknown>): void {
  machine.hooks.beforeWait = async (entered) => {
    if (entered !== state) return;
    machine.hooks.beforeWait = async () => undefined;
    await happening();
  };
}

describe('what happens just before a wait is written', () => {
  /** The webhook of an end, whenever it comes. */
  const told = async () => {
    machine.clock.advance(1000);
    await machine.upstream.quiet();
  };

  it.each(['completed', 'failed'] as const)('wakes the job when it is the webhook of a job that %s', async (ends) => {
    machine.upstream.courses = [{ takesMs: 1000, ends }, { takesMs: 1000 }];
    before('AwaitSignal', told);
    const { id } = await machine.start();
    await machine.quiet();
    expect((await machine.entered(id)).slice(0, 4)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', ends === 'completed' ? 'FetchResult' : 'RetryOnce']);
    expect(await machine.runToEnd(id)).toMatchObject({ status: 'completed' });
  });

  it('wakes the job when it is the webhook of an end that outruns the pause', async () => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 1000 }];
    const { id } = await machine.start();
    before('PauseForMfa', async () => {
      machine.upstream.answer([...machine.upstream.jobs.keys()][0] ?? '');
      await told();
    });
    await machine.runUntil(async () => (await machine.job(id)).status === 'completed');
    expect(await machine.entered(id)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PauseForMfa', 'PollUpstreamJob', 'FetchResult']);
    expect(machine.clock.now() - Date.parse((await machine.job(id)).createdAt)).toBe(2000);
  });

  it.each([
    ['AwaitTurn', ['CreateUpstreamJob', 'AwaitTurn', 'CreateUpstreamJob', 'Over']],
    ['AwaitSignal', ['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'Over']],
    ['PauseForMfa', ['CreateUpstreamJob', 'AwaitSignal', 'PauseForMfa', 'PollUpstreamJob', 'Over']],
  ])('ends the execution when it is the end of the job, in %s', async (state, states) => {
    machine.upstream.courses = [{ asksAfterMs: 1000 }];
    if (state === 'AwaitTurn') machine.upstream.createFaults.push(new AppError('UpstreamBusy', 'busy', { surelyNotAccepted: true }));
    let ended: Job | undefined;
    before(state, async () => {
      const [job] = await machine.deps.jobs.running(machine.merchantId, machine.lastConnectionId());
      await machine.deps.progress.end({ merchantId: machine.merchantId, jobId: job?.id ?? '' }, { status: 'canceled' }, machine.deps.clock.now());
      ended = await machine.job(job?.id ?? '');
    });
    const { id } = await machine.start();
    await machine.runUntil(async () => ended !== undefined);
    await machine.quiet();
    expect(await machine.entered(id)).toEqual(states);
    expect(await machine.job(id)).toEqual(ended);
  });
});

describe('a webhook at the very instant at which its wait is over', () => {
  it.each([
    ['trusting', 35_000, 'before'], ['trusting', 35_000, 'after'],
    ['doubting', 3_000, 'before'], ['doubting', 3_000, 'after'],
  ] as const)('is neither lost nor counted twice: %s, %i ms, just %s', async (schedule, takesMs, order) => {
    machine = await createJobMachine(dynamodb, { trusted: schedule === 'trusting' });
    machine.upstream.courses = [{ takesMs }];
    let delivered = Promise.resolve();
    if (order === 'after') {
      machine.upstream.deliver = async (signal) => {
        machine.clock.setTimer(0, () => {
          delivered = machine.deliver(signal);
        });
      };
    }
    const { id, createdAt } = await machine.start();
    await machine.runUntil(async () => {
      await delivered;
      await machine.quiet();
      return (await machine.job(id)).status === 'completed';
    });
    const job = await machine.runToEnd(id);
    expect(job).toMatchObject({ status: 'completed', attempts: 1, failure: null });
    expect(Date.parse(job.completedAt ?? '') - Date.parse(createdAt)).toBe(takesMs);
    expect(machine.upstream.calls.filter((call) => call !== 'readState')).toEqual(['create', 'readData']);
    // The plain way costs four; a time-out and its look, which crosses with the webhook, two more and the webhook's own.
    expect(await machine.transitions(id)).toBeLessThanOrEqual(4 + 3);
  });
});

describe('a resume and a webhook at the same moment', () => {
  it.each(['completed', 'mfa'] as const)('end the pause once: %s', async (kind) => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 1000 }];
    const { id } = await machine.start();
    const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');
    const upstreamJob = machine.upstream.jobs.get(upstreamJobId ?? '');
    if (kind === 'completed' && upstreamJob !== undefined) upstreamJob.state = { state: 'completed' };

    const resume = machine.resume(id).catch((error: unknown) => expect(error).toMatchObject({ code: 'Conflict' }));
    await Promise.all([resume, machine.deliver(machine.upstream.signalOf(upstreamJobId ?? '', kind))]);
    await machine.quiet();
    if (kind === 'mfa') machine.upstream.answer(upstreamJobId ?? '');

    expect(await machine.runToEnd(id)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(machine.upstream.calls.filter((call) => call === 'readData')).toHaveLength(1);
    expect(await machine.transitions(id)).toBeLessThanOrEqual(12);
  });
});

describe('an end that a webhook tells', () => {
  it('is no less news when it comes while upstream is read', async () => {
    machine.upstream.courses = [{ silent: true }];
    const { id } = await machine.start();
    await machine.quiet();
    // The look has read "processing" already when the webhook comes.
    machine.upstream.onCall = async (call) => {
      if (call !== 'readState') return;
      machine.upstream.onCall = async () => undefined;
      machine.upstream.readOnce = { state: 'processing' };
      await machine.deliver(machine.upstream.signalOf((await machine.job(id)).upstreamJobId ?? '', 'completed'));
    };
    const job = await machine.runToEnd(id);
    expect(job.status).toBe('completed');
    expect(await machine.entered(id)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'FetchResult']);
    expect(reads()).toHaveLength(1);
    // At once after that look: the first wait of the schedule took 35 s, and there was no other.
    expect(machine.clock.now() - Date.parse(job.createdAt)).toBe(35_000);
  });
});

describe('an end that a webhook told', () => {
  it.each([['PauseForMfa', { state: 'mfa_required' }], ['AwaitSignal', { state: 'processing' }]] as const)('counts in %s although the status upstream still says %o', async (state, lagging) => {
    machine.upstream.courses = [state === 'PauseForMfa' ? { asksAfterMs: 1000, takesMs: 1000 } : { takesMs: 1000 }];
    const { id } = await machine.start();
    if (state === 'PauseForMfa') machine.upstream.answer((await machine.runToStatus(id, 'awaiting_mfa')).upstreamJobId ?? '');
    await untilStored(id, state === 'PauseForMfa' ? 2 : 1);
    const toldAt = machine.clock.now();
    freezeStatus(lagging);

    machine.clock.advance(31_000);
    expect(await machine.sweep()).toEqual({ Woken: 1 });
    expect(await machine.runToEnd(id)).toMatchObject({ status: 'completed' });
    expect(machine.clock.now() - toldAt).toBe(31_000);
    expect(reads()).toEqual([]);
  });

  it.each([
    ['by its webhooks', () => undefined],
    ['by webhooks that were faster than the replies of the creates', (made: JobMachine) => {
      made.upstream.beforeCreateReply = async () => {
        made.clock.advance(1000);
        await made.upstream.quiet();
      };
    }],
  ])('keeps the code of a failure that was told %s and that the status does not repeat', async (_how, prepare) => {
    machine.upstream.courses = [{ takesMs: 1000, ends: 'failed', upstreamCode: 'AC-105' }];
    prepare(machine);
    freezeStatus({ state: 'failed', upstreamCode: null });
    const { id } = await machine.start();
    expect(await machine.runToEnd(id)).toMatchObject({ status: 'failed', attempts: 2, failure: { code: 'NotAvailable', upstreamCode: 'AC-105' } });
  });

  it.each([
    ['by its webhooks', () => undefined],
    ['by webhooks that were faster than the replies of the creates', (made: JobMachine) => {
      made.upstream.beforeCreateReply = async () => {
        made.clock.advance(1000);
        await made.upstream.quiet();
      };
    }],
  ])('asks the status for the code of a failure that was told %s without one', async (_how, prepare) => {
    machine.upstream.courses = [{ takesMs: 1000, ends: 'failed' }];
    prepare(machine);
    freezeStatus({ state: 'failed', upstreamCode: 'AC-105' });
    const { id } = await machine.start();
    expect(await machine.runToEnd(id)).toMatchObject({ status: 'failed', attempts: 2, failure: { code: 'NotAvailable', upstreamCode: 'AC-105' } });
  });
});

describe("the webhook of a bank's question", () => {
  it.each([0, 1])('that comes after the person has answered, and upstream was looked at %i times since, brings nobody back into a pause', async (looks) => {
    machine.upstream.courses = [{ asksAfterMs: 1000, takesMs: 20_000, silent: true }];
    const { id } = await machine.start();
    const upstreamJobId = (await machine.runToStatus(id, 'awaiting_mfa')).upstreamJobId ?? '';
    machine.upstream.answer(upstreamJobId);
    const answeredAt = machine.clock.now();
    await machine.resume(id);
    await machine.quiet();
    const before = reads().length;
    await machine.runUntil(async () => reads().length === before + looks);
    await machine.quiet();

    await machine.deliver(machine.upstream.signalOf(upstreamJobId, 'mfa'));
    await machine.quiet();
    expect((await machine.job(id)).status).toBe('running');
    expect((await machine.runToEnd(id)).status).toBe('completed');
    expect(machine.clock.now() - answeredAt).toBeLessThan(40_000);
  });
});

describe('a refusal that asks the person to reconnect', () => {
  it.each([
    ['before the last attempt: it is then', 1, 'reconnect_required'],
    ['since the last attempt began: it stays', 2, 'connected'],
  ] as const)('finds a connection that was saved %s (attempt %i) %s', async (_when, attempts, status) => {
    machine.upstream.courses = [{ takesMs: 1000, ends: 'failed', upstreamCode: 'AC-104' }];
    const job = await machine.start();
    await machine.runUntil(async () => (await machine.job(job.id)).attempts === attempts);
    machine.clock.advance(500);
    await machine.connect(job.connectionId);
    expect(await machine.runToEnd(job.id)).toMatchObject({ status: 'failed', failure: { code: 'UserActionRequired' } });
    expect(await machine.deps.connections.find(machine.merchantId, job.connectionId)).toMatchObject({ status });
  });
});
