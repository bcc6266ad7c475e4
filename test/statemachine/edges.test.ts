import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { failNext } from '../support/fail-next.ts';
import type { Course } from '../support/fake-upstream-jobs.ts';
import { createJobMachine, type JobMachine } from '../support/job-machine.ts';

let dynamodb: TestDynamodb;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());

const walked = new Set<string>();
const carried = new Map<string, unknown[]>();

/** Runs one job to its end and notes every edge it took and all that its state carried. */
async function story(options: { trusted?: boolean; courses: Course[] }, play: (machine: JobMachine, jobId: string) => Promise<void> = async () => undefined, prepare: (machine: JobMachine) => void = () => undefined) {
  const machine = await createJobMachine(dynamodb, options);
  machine.upstream.courses = options.courses;
  prepare(machine);
  const { id } = await machine.start();
  await play(machine, id);
  const job = await machine.runToEnd(id);
  const states = await machine.entered(id);
  for (const { stateEnteredEventDetails } of await machine.history(id)) {
    const data = JSON.parse(stateEnteredEventDetails?.input ?? '{}') as Record<string, unknown>;
    for (const [key, value] of Object.entries(data)) carried.set(key, [...(carried.get(key) ?? []), value]);
  }
  states.forEach((state, index) => walked.add(`${state} -> ${states[index + 1] ?? 'end'}`));
  return { machine, job, states };
}

const cancelWhen = (machine: JobMachine, call: string) => {
  machine.upstream.onCall = async (arrived) => {
    if (arrived !== call) return;
    for (const job of await machine.deps.jobs.running(machine.merchantId, [...machine.upstream.jobs.values()][0]?.connectionId ?? machine.lastConnectionId())) {
      await machine.deps.progress.end({ merchantId: machine.merchantId, jobId: job.id }, { status: 'canceled' }, machine.deps.clock.now());
    }
  };
};

describe('the aggregation job', () => {
  it('is woken by its webhook and never polls', async () => {
    const { job, states } = await story({ courses: [{ takesMs: 2000 }] });
    expect(job).toMatchObject({ status: 'completed', attempts: 1, failure: null });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'FetchResult']);
  });

  it('polls until upstream is finished when no webhook comes', async () => {
    const { job, states } = await story({ courses: [{ takesMs: 5000, silent: true }] });
    expect(job.status).toBe('completed');
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'FetchResult']);
  });

  it('fetches at once when the webhook came before the reply of the create', async () => {
    const { states } = await story({ courses: [{ takesMs: 1000 }] }, undefined, (machine) => {
      machine.upstream.beforeCreateReply = async () => {
        machine.clock.advance(1000);
        await machine.upstream.quiet();
      };
    });
    expect(states).toEqual(['CreateUpstreamJob', 'FetchResult']);
  });

  it('pauses at once when the bank asked before the reply of the create', async () => {
    const { states } = await story(
      { courses: [{ asksAfterMs: 500, takesMs: 1000 }] },
      async (machine, id) => machine.upstream.answer((await machine.runToStatus(id, 'awaiting_mfa')).upstreamJobId ?? ''),
      (machine) => {
        machine.upstream.beforeCreateReply = async () => {
          machine.clock.advance(500);
          await machine.upstream.quiet();
        };
      },
    );
    expect(states).toEqual(['CreateUpstreamJob', 'PauseForMfa', 'FetchResult']);
  });

  it('tries once more when upstream failed before the reply of the create', async () => {
    let creates = 0;
    const { job, states } = await story({ courses: [{ takesMs: 100, ends: 'failed' }, { takesMs: 2000 }] }, undefined, (machine) => {
      machine.upstream.beforeCreateReply = async () => {
        if (++creates > 1) return;
        machine.clock.advance(100);
        await machine.upstream.quiet();
      };
    });
    expect(states).toEqual(['CreateUpstreamJob', 'RetryOnce', 'CreateUpstreamJob', 'AwaitSignal', 'FetchResult']);
    expect(job).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('waits for its turn while upstream is busy with another job, then creates its own', async () => {
    const { job, states } = await story({ courses: [{ takesMs: 1000 }] }, undefined, (machine) => {
      machine.upstream.createFaults.push(new AppError('UpstreamBusy', 'busy', { surelyNotAccepted: true, upstreamCode: 'AC-112' }));
    });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitTurn', 'CreateUpstreamJob', 'AwaitSignal', 'FetchResult']);
    expect(job).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('gives up its turn after 16 minutes', async () => {
    const { job, machine } = await story({ courses: [] }, undefined, (machine) => {
      machine.upstream.createFaults.push(...Array.from({ length: 60 }, () => new AppError('UpstreamBusy', 'busy', { surelyNotAccepted: true })));
    });
    expect(job).toMatchObject({ status: 'expired', attempts: 0, failure: { code: 'JobTimedOut' } });
    expect(machine.clock.now() - Date.parse(job.createdAt)).toBeLessThanOrEqual((16 * 60 + 10) * 1000);
  });

  it('repeats a create that surely was not accepted, and no other', async () => {
    const { job, machine } = await story({ courses: [{ takesMs: 1000 }] }, undefined, (machine) => {
      machine.upstream.createFaults.push(
        new AppError('UpstreamThrottled', 'slow down', { surelyNotAccepted: true }),
        new AppError('UpstreamUnavailable', 'refused before it was sent', { surelyNotAccepted: true }),
      );
    });
    expect(job).toMatchObject({ status: 'completed', attempts: 1 });
    expect(machine.upstream.calls.filter((call) => call === 'create')).toHaveLength(3);
  });

  it('never posts an unclear create again, and fails when no webhook tells its id within half a minute', async () => {
    const { job, machine } = await story({ courses: [] }, undefined, (machine) => {
      machine.upstream.createFaults.push(new AppError('UpstreamUnavailable', 'the reply was lost'));
    });
    expect(job).toMatchObject({ status: 'failed', attempts: 1, failure: { code: 'UpstreamUnavailable' } });
    expect(machine.upstream.calls).toEqual(['create']);
    expect(machine.clock.now() - Date.parse(job.createdAt)).toBe(30_000);
    const [created] = (await machine.history(job.id)).flatMap(({ taskSucceededEventDetails }) => taskSucceededEventDetails?.output ?? []);
    expect(JSON.parse(created ?? '{}'), 'why, for whoever reads the execution').toMatchObject({ Payload: { unclear: 'the reply was lost' } });
  });

  it.each(['before the create is known to be unclear', 'while it waits'])('adopts the upstream job that a webhook names %s', async (when) => {
    const { job, machine } = await story(
      { courses: [{ takesMs: 5000 }] },
      async (machine) => {
        if (when !== 'while it waits') return;
        await machine.quiet();
        machine.upstream.accept(machine.merchantId, machine.lastConnectionId(), 'balance');
      },
      (machine) => {
        machine.upstream.createFaults.push(new AppError('UpstreamUnavailable', 'the reply was lost'));
        if (when === 'while it waits') return;
        machine.upstream.onCall = async (call) => {
          if (call !== 'create') return;
          machine.upstream.accept(machine.merchantId, machine.lastConnectionId(), 'balance');
          await machine.upstream.quiet();
        };
      },
    );
    expect(job).toMatchObject({ status: 'completed', attempts: 1 });
    expect(machine.upstream.calls.filter((call) => call === 'create')).toEqual(['create']);
  });

  it('records a refused create with its code', async () => {
    const { job, states } = await story({ courses: [] }, undefined, (machine) => {
      machine.upstream.createFaults.push(new AppError('NotAvailable', 'manually linked', { upstreamCode: 'AC-105' }));
    });
    expect(states).toEqual(['CreateUpstreamJob', 'RecordFailure', 'Failed']);
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'NotAvailable', upstreamCode: 'AC-105' } });
  });

  it('is over when it was canceled during its create', async () => {
    const { job, states } = await story({ courses: [{}] }, undefined, (machine) => cancelWhen(machine, 'create'));
    expect(states).toEqual(['CreateUpstreamJob', 'Over']);
    expect(job.status).toBe('canceled');
  });

  it('is over when it was canceled while it waited', async () => {
    const { job, states } = await story({ courses: [{ silent: true }] }, async (machine, id) => {
      await machine.quiet();
      await machine.deps.progress.end({ merchantId: machine.merchantId, jobId: id }, { status: 'canceled' }, machine.deps.clock.now());
    });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'Over']);
    expect(job.status).toBe('canceled');
  });

  it('is over when it was canceled while its data were read', async () => {
    const { job, states } = await story({ courses: [{ takesMs: 1000 }] }, undefined, (machine) => cancelWhen(machine, 'readData'));
    expect(states.slice(-2)).toEqual(['FetchResult', 'Over']);
    expect(job.status).toBe('canceled');
  });

  it('is over when it was canceled just before its failure was recorded', async () => {
    const { job, states } = await story({ courses: [] }, undefined, (machine) => {
      cancelWhen(machine, 'create');
      machine.upstream.createFaults.push(new AppError('UpstreamRejected', 'no'));
    });
    expect(states).toEqual(['CreateUpstreamJob', 'RecordFailure', 'Over']);
    expect(job.status).toBe('canceled');
  });

  it('fails after two failed attempts with the code of the second', async () => {
    const { job, states } = await story({ courses: [{ takesMs: 1000, ends: 'failed' }, { takesMs: 1000, ends: 'failed', upstreamCode: 'AC-104' }] });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'RetryOnce', 'CreateUpstreamJob', 'AwaitSignal', 'RetryOnce', 'RecordFailure', 'Failed']);
    expect(job).toMatchObject({ status: 'failed', attempts: 2, failure: { code: 'UserActionRequired', upstreamCode: 'AC-104' } });
  });

  it.each([
    ['AC-104', 'reconnect_required'],
    ['AC-999', 'connected'],
    [undefined, 'connected'],
  ])('asks the person to reconnect after two failures with code %s, and leaves the connection %s', async (upstreamCode, status) => {
    const course = { takesMs: 1000, ends: 'failed' as const, ...(upstreamCode !== undefined && { upstreamCode }) };
    const { job, machine } = await story({ courses: [course, course] });
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'UserActionRequired', upstreamCode: upstreamCode ?? null } });
    expect(await machine.deps.connections.find(machine.merchantId, job.connectionId)).toMatchObject({ status });
  });

  it('finds a failure by poll and tries once more', async () => {
    const { job, states } = await story({ courses: [{ takesMs: 1000, ends: 'failed', silent: true }, { takesMs: 1000 }] });
    expect(states.slice(0, 5)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'RetryOnce', 'CreateUpstreamJob']);
    expect(job.status).toBe('completed');
  });

  it('survives polls that upstream does not answer', async () => {
    const { job, states } = await story({ courses: [{ takesMs: 1000, silent: true }] }, undefined, (machine) => {
      machine.upstream.readFaults.push(new AppError('UpstreamUnavailable', 'no reply'), new AppError('UpstreamThrottled', 'slow down'));
    });
    expect(job.status).toBe('completed');
    expect(states.filter((state) => state === 'PollUpstreamJob')).toHaveLength(3);
  });

  it('records a refused poll with its code', async () => {
    const { job } = await story({ courses: [{ silent: true }] }, undefined, (machine) => {
      machine.upstream.readFaults.push(new AppError('UserActionRequired', 'reconnect', { upstreamCode: 'AC-104' }));
    });
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'UserActionRequired', upstreamCode: 'AC-104' } });
  });

  it.each(['readFaults', 'dataFaults'] as const)('never shows that upstream was busy, though it says so to a read (%s)', async (faults) => {
    const { job } = await story({ courses: [{ takesMs: 5000, silent: true }] }, undefined, (machine) => {
      machine.upstream[faults].push(new AppError('UpstreamBusy', 'busy', { surelyNotAccepted: true, upstreamCode: 'AC-112' }));
    });
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'UpstreamUnavailable', upstreamCode: null } });
  });

  it.each([
    ['upstream is silent for ever', []],
    ['no poll is answered', Array.from({ length: 60 }, () => new AppError('UpstreamUnavailable', 'no reply'))],
  ])('ends by its deadline of 3 minutes when %s', async (_case, faults) => {
    const { job, machine } = await story({ courses: [{ silent: true }] }, undefined, (machine) => void machine.upstream.readFaults.push(...faults));
    expect(job).toMatchObject({ status: 'expired', failure: { code: 'JobTimedOut' } });
    expect(machine.clock.now() - Date.parse(job.createdAt)).toBeLessThanOrEqual(190_000);
  });

  it('pauses when the bank asks, and fetches when the webhook says that it is done', async () => {
    const { job, states } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 1000 }] }, async (machine, id) => {
      const paused = await machine.runToStatus(id, 'awaiting_mfa');
      expect(paused.mfaExpiresAt).toBe('2026-03-01T12:15:01.000Z');
      machine.upstream.answer(paused.upstreamJobId ?? '');
    });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PauseForMfa', 'FetchResult']);
    expect(job.status).toBe('completed');
  });

  it('finds the bank\'s question by poll', async () => {
    const { states } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 1000, silent: true }] }, async (machine, id) => {
      machine.upstream.answer((await machine.runToStatus(id, 'awaiting_mfa')).upstreamJobId ?? '');
      await machine.resume(id);
    });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'PauseForMfa', 'AwaitSignal', 'PollUpstreamJob', 'FetchResult']);
  });

  it('goes back into the pause after an early resume', async () => {
    const { job, states } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 1000 }] }, async (machine, id) => {
      await machine.runToStatus(id, 'awaiting_mfa');
      await machine.resume(id);
      const paused = await machine.runToStatus(id, 'awaiting_mfa');
      machine.upstream.answer(paused.upstreamJobId ?? '');
    });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PauseForMfa', 'AwaitSignal', 'PollUpstreamJob', 'PauseForMfa', 'FetchResult']);
    expect(job).toMatchObject({ status: 'completed', resumes: 1 });
  });

  it('believes no flag that stays up for less than a minute after the person came back', async () => {
    const { job, states } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 6000, silent: true }] }, async (machine, id) => {
      machine.upstream.readOnce = { state: 'mfa_required', byFlagOnly: true };
      machine.upstream.answer((await machine.runToStatus(id, 'awaiting_mfa')).upstreamJobId ?? '');
      machine.upstream.readOnce = { state: 'mfa_required', byFlagOnly: true };
      await machine.resume(id);
    });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'PauseForMfa', 'AwaitSignal', 'PollUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'FetchResult']);
    expect(job).toMatchObject({ status: 'completed', resumes: 1 });
  });

  it('goes back into the pause when only a flag tells that the person came back too early', async () => {
    const { job, states } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 1000, silent: true }] }, async (machine, id) => {
      machine.upstream.asksByFlag = true;
      await machine.runToStatus(id, 'awaiting_mfa');
      await machine.resume(id);
      await machine.runToStatus(id, 'running');
      const paused = await machine.runToStatus(id, 'awaiting_mfa');
      machine.upstream.answer(paused.upstreamJobId ?? '');
      await machine.resume(id);
    });
    expect(states.filter((state) => state === 'PauseForMfa')).toHaveLength(2);
    expect(job).toMatchObject({ status: 'completed', attempts: 1, resumes: 2 });
  });

  it('believes a flag again in a second attempt', async () => {
    const { job, states } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 1000, ends: 'failed' }, { takesMs: 30_000, silent: true }] }, async (machine, id) => {
      machine.upstream.answer((await machine.runToStatus(id, 'awaiting_mfa')).upstreamJobId ?? '');
      await machine.resume(id);
      await machine.runUntil(async () => (await machine.job(id)).attempts === 2);
      machine.upstream.readOnce = { state: 'mfa_required', byFlagOnly: true };
      await machine.runToStatus(id, 'awaiting_mfa');
      await machine.resume(id);
    });
    expect(states.filter((state) => state === 'PauseForMfa')).toHaveLength(2);
    expect(job).toMatchObject({ status: 'completed', attempts: 2, resumes: 2 });
  });

  it('looks again when the bank asks again during a pause', async () => {
    const { job, states } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 1000 }] }, async (machine, id) => {
      const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');
      machine.upstream.ask(upstreamJobId ?? '');
      await machine.quiet();
      machine.upstream.answer(upstreamJobId ?? '');
    });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PauseForMfa', 'PollUpstreamJob', 'PauseForMfa', 'FetchResult']);
    expect(job.status).toBe('completed');
  });

  it('tries once more when the job fails during a pause', async () => {
    const { job, states } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 1000, ends: 'failed' }, { takesMs: 1000 }] }, async (machine, id) => {
      machine.upstream.answer((await machine.runToStatus(id, 'awaiting_mfa')).upstreamJobId ?? '');
    });
    expect(states.slice(2, 5)).toEqual(['PauseForMfa', 'RetryOnce', 'CreateUpstreamJob']);
    expect(job.status).toBe('completed');
  });

  it('takes a last look when the 15 minutes are over, then expires', async () => {
    const { job, states, machine } = await story({ courses: [{ asksAfterMs: 1000 }] });
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PauseForMfa', 'PollUpstreamJob', 'RecordFailure', 'Failed']);
    expect(job).toMatchObject({ status: 'expired', failure: { code: 'MfaExpired' } });
    expect(machine.clock.now() - Date.parse(job.createdAt)).toBe(901_000);
  });

  it('completes when the last look finds that the person was in time', async () => {
    const { job } = await story({ courses: [{ asksAfterMs: 1000, takesMs: 1000, silent: true }] }, async (machine, id) => {
      machine.upstream.answer((await machine.runToStatus(id, 'awaiting_mfa')).upstreamJobId ?? '');
    });
    expect(job.status).toBe('completed');
  });

  it('gives all pauses of one job 15 minutes together', async () => {
    const { job, machine } = await story({ courses: [{ asksAfterMs: 1000 }] }, async (machine, id) => {
      await machine.runToStatus(id, 'awaiting_mfa');
      machine.clock.advance(600_000);
      await machine.quiet();
      await machine.resume(id);
      await machine.runToStatus(id, 'awaiting_mfa');
    });
    expect(job).toMatchObject({ status: 'expired', failure: { code: 'MfaExpired' }, resumes: 1 });
    expect(machine.clock.now() - Date.parse(job.createdAt)).toBeLessThanOrEqual(910_000);
  });

  it('ends after 30 looks at upstream, however often the bank asks', async () => {
    const { job, machine } = await story({ courses: [{ asksAfterMs: 1000 }] }, async (machine, id) => {
      const { upstreamJobId } = await machine.runToStatus(id, 'awaiting_mfa');
      for (let asked = 0; asked < 40; asked++) {
        machine.upstream.ask(upstreamJobId ?? '');
        await machine.quiet();
      }
    });
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'PollBudgetSpent' } });
    expect(machine.upstream.calls.filter((call) => call === 'readState')).toHaveLength(30);
  });

  const rejected = () => new AppError('CredentialsRejected', 'refused', { upstreamCode: 'AC-001', surelyNotAccepted: true });

  it('outlives a token that is refused right after it was granted, in every call', async () => {
    const { job, machine } = await story({ courses: [{ takesMs: 1000, silent: true }] }, undefined, (machine) => {
      machine.upstream.createFaults.push(rejected());
      machine.upstream.readFaults.push(rejected());
      machine.upstream.dataFaults.push(rejected());
    });
    expect(job).toMatchObject({ status: 'completed', attempts: 1, failure: null });
    expect(machine.upstream.jobs.size).toBe(1);
  });

  it.each(['createFaults', 'readFaults', 'dataFaults'] as const)('fails with upstream\'s code where credentials stay refused: %s', async (faults) => {
    const { job } = await story({ courses: [{ takesMs: 1000, silent: true }] }, undefined, (machine) => {
      machine.upstream[faults].push(rejected(), rejected(), rejected());
    });
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'CredentialsRejected', upstreamCode: 'AC-001' } });
  });

  it('repeats the reading of data, and records a failure when it stays away', async () => {
    const { job, machine } = await story({ courses: [{ takesMs: 1000 }] }, undefined, (machine) => {
      machine.upstream.dataFaults.push(...Array.from({ length: 9 }, () => new AppError('UpstreamUnavailable', 'no reply')));
    });
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'UpstreamUnavailable' } });
    expect(machine.upstream.calls.filter((call) => call === 'readData')).toHaveLength(9);
  });

  it.each([
    ['AwaitTurn', (machine: JobMachine) => {
      machine.upstream.createFaults.push(new AppError('UpstreamBusy', 'busy', { surelyNotAccepted: true }));
      machine.waitFaults.push('ValidationException');
    }],
    ['AwaitSignal', (machine: JobMachine) => void machine.waitFaults.push('ValidationException')],
    ['PauseForMfa', (machine: JobMachine) => {
      machine.upstream.beforeCreateReply = async () => {
        machine.clock.advance(500);
        await machine.upstream.quiet();
      };
      machine.waitFaults.push('ValidationException');
    }],
  ])('records a fault of %s as ours', async (state, prepare) => {
    const { job, states } = await story({ courses: [{ asksAfterMs: 500, takesMs: 1000 }] }, undefined, prepare);
    expect(states.slice(-3)).toEqual([state, 'RecordFailure', 'Failed']);
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'Internal' } });
  });

  it.each(['TransactionConflictException', 'SdkClientException'])('repeats a wait whose write met a passing %s', async (fault) => {
    const { job, states } = await story({ trusted: true, courses: [{ takesMs: 5000 }] }, undefined, (machine) => void machine.waitFaults.push(fault));
    expect(job.status).toBe('completed');
    expect(states).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'FetchResult']);
  });

  const stalls: readonly [string, Course[], (machine: JobMachine) => void][] = [
    ['CreateUpstreamJob, and posts nothing again', [{ takesMs: 5000 }], (machine) => failNext(machine.deps.progress, 'bind')],
    ['CreateUpstreamJob before it posts', [{ takesMs: 5000, silent: true }], (machine) => failNext(machine.deps.orphans, 'find')],
    ['CreateUpstreamJob on its way to a token', [{ takesMs: 5000, silent: true }], (machine) => void machine.upstream.createFaults.push(new AppError('Internal', 'a stall', { surelyNotAccepted: true }))],
    ['PollUpstreamJob', [{ takesMs: 2000, silent: true }], (machine) => void machine.upstream.readFaults.push(new Error('a stall'))],
    ['FetchResult', [{ takesMs: 2000 }], (machine) => failNext(machine.deps.completion, 'complete')],
  ];
  it.each(stalls)('tries again after a passing fault of ours in %s', async (_state, courses, prepare) => {
    const { job, machine } = await story({ courses }, undefined, prepare);
    expect(job).toMatchObject({ status: 'completed', attempts: 1, failure: null });
    expect(machine.upstream.jobs.size).toBe(1);
    expect((await machine.history(job.id)).filter(({ taskFailedEventDetails }) => taskFailedEventDetails?.error === 'Internal')).toHaveLength(1);
  });

  it('tries again after a passing fault of ours in RecordFailure, and keeps the reason', async () => {
    const { job } = await story({ courses: [{ takesMs: 1000, ends: 'failed', upstreamCode: 'AC-105' }] }, undefined, (machine) => failNext(machine.deps.progress, 'end'));
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'NotAvailable', upstreamCode: 'AC-105' } });
  });

  it('gives up on a fault of ours that stays', async () => {
    const { job, machine } = await story({ courses: [{ takesMs: 1000 }] }, undefined, (machine) => void machine.upstream.dataFaults.push(...Array.from({ length: 9 }, () => new Error('broken'))));
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'Internal' } });
    expect(machine.upstream.calls.filter((call) => call === 'readData')).toHaveLength(4);
  });

  it('is closed from outside when its execution is stopped', async () => {
    const { job } = await story({ courses: [{}] }, async (machine, id) => {
      await machine.quiet();
      await machine.states.handle('StopExecution', { executionArn: machine.executionArn(id) });
    });
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'Internal' } });
  });
});

describe('the definition', () => {
  it('has no edge that no story above took', () => {
    interface State { Next?: string; Default?: string; End?: boolean; Type: string; Catch?: { Next: string }[]; Choices?: { Next: string }[] }
    const { States } = JSON.parse(readFileSync('statemachines/aggregation-job.asl.json', 'utf8')) as { States: Record<string, State> };
    const edges = Object.entries(States).flatMap(([name, state]) => {
      const targets = [state.Next, state.Default, ...(state.Catch ?? []).map((rule) => rule.Next), ...(state.Choices ?? []).map((rule) => rule.Next)];
      const ends = state.End === true || state.Type === 'Fail' || state.Type === 'Succeed' ? ['end'] : [];
      return [...targets.filter((target) => target !== undefined), ...ends].map((target) => `${name} -> ${target}`);
    });
    expect(edges.length).toBeGreaterThan(30);
    expect([...new Set(edges)].filter((edge) => !walked.has(edge))).toEqual([]);
  });

  it('carries ids, counters, waits and the name of a failure, as its README lists them, and nothing else', () => {
    const text = readFileSync('statemachines/README.md', 'utf8');
    const table = text.slice(text.indexOf('## State data'), text.indexOf('## Clocks'));
    const listed = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, keys = '']) => [...keys.matchAll(/`(\w+)`/g)].map(([, key]) => key));
    expect([...carried.keys()].sort()).toEqual(listed.sort());
    const isPlain = (key: string, value: unknown): boolean => {
      if (Array.isArray(value)) return value.every((one) => typeof one === 'number');
      return typeof value === 'number' || (typeof value === 'string' && /^(mer_|job_)[0-9a-f]+$|^[A-Za-z.]+$/.test(value) && ['merchantId', 'jobId', 'failure'].includes(key));
    };
    expect([...carried].flatMap(([key, values]) => values.filter((value) => !isPlain(key, value)))).toEqual([]);
  });
});
