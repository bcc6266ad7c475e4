import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { createJobMachine, type JobMachine } from '../support/job-machine.ts';

let dynamodb: TestDynamodb;
let machine: JobMachine;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  machine = await createJobMachine(dynamodb, { trusted: true, random: () => 0.999 });
});

const busy = () => new AppError('UpstreamBusy', 'busy', { surelyNotAccepted: true });
const throttled = () => new AppError('UpstreamThrottled', 'slow down', { surelyNotAccepted: true });

/** Upstream takes a call and says nothing: the call ends by its own limit of 15 s, unless whoever waits for it gives up before. */
async function hang(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const ended = new Set<string>();
  const cancel = machine.clock.setTimer(15_000, () => void ended.add('the call'));
  machine.clock.advanceToNext();
  cancel();
  if (ended.size > 0) throw new AppError('UpstreamUnavailable', 'no reply');
  return new Promise(() => undefined);
}
/** @param fromSecond of the job */
const hangAt = (hanging: string, fromSecond = 0) => {
  const from = machine.clock.now() + fromSecond * 1000;
  machine.upstream.onCall = (call) => (call === hanging && machine.clock.now() >= from ? hang() : Promise.resolve());
};

async function secondsToEnd(id: string): Promise<number> {
  const { completedAt, createdAt } = await machine.runToEnd(id);
  return (Date.parse(completedAt ?? '') - Date.parse(createdAt)) / 1000;
}

describe('a job is over 10 s after its deadline at the latest', () => {
  const ownSeconds = 3 * 60;
  const turnSeconds = 16 * 60;

  it('when upstream takes every look and never answers', async () => {
    machine.upstream.courses = [{ silent: true }];
    hangAt('readState');
    const { id } = await machine.start();
    expect(await secondsToEnd(id)).toBeLessThanOrEqual(ownSeconds + 10);
    expect(await machine.job(id)).toMatchObject({ status: 'expired', failure: { code: 'JobTimedOut' } });
  });

  it('and has posted nothing after it, where the way to a second create was long', async () => {
    machine.upstream.courses = [{ takesMs: 175_000, ends: 'failed' }, {}];
    machine.upstream.onWayToCreate = async () => {
      if (machine.upstream.calls.includes('create')) machine.clock.advance(6_000);
    };
    const { id } = await machine.start();
    expect(await secondsToEnd(id)).toBeLessThanOrEqual(ownSeconds + 10);
    expect(await machine.job(id)).toMatchObject({ status: 'expired', failure: { code: 'JobTimedOut' } });
    expect(machine.upstream.jobs.size).toBe(1);
  });

  it('when creates are throttled until just before it, and none is tried after it', async () => {
    machine.upstream.courses = [{ takesMs: 150_000, ends: 'failed' }, {}];
    machine.upstream.onCall = async (call) => {
      if (call !== 'create' || machine.upstream.jobs.size === 0) return;
      machine.clock.advance(6_000);
      throw throttled();
    };
    const { id } = await machine.start();
    expect(await secondsToEnd(id)).toBeLessThanOrEqual(ownSeconds + 10);
    expect((await machine.job(id)).status).toMatch(/failed|expired/);
  });

  it.each([
    ['hang', () => hangAt('readData')],
    ['fail', () => void machine.upstream.dataFaults.push(...Array.from({ length: 9 }, () => new AppError('UpstreamUnavailable', 'no reply')))],
  ])('when it finishes just in time and the reads of its data %s', async (_how, prepare) => {
    machine.upstream.courses = [{ takesMs: 179_000 }];
    prepare();
    const { id } = await machine.start();
    expect(await secondsToEnd(id)).toBeLessThanOrEqual(ownSeconds + 10);
    expect((await machine.job(id)).status).toMatch(/failed|expired/);
  });

  it('when it fails late and the second create is throttled', async () => {
    machine.upstream.courses = [{ takesMs: 164_000, ends: 'failed' }, {}];
    const { id } = await machine.start();
    await machine.quiet();
    machine.upstream.createFaults.push(...Array.from({ length: 9 }, throttled));
    expect(await secondsToEnd(id)).toBeLessThanOrEqual(ownSeconds + 10);
    expect((await machine.job(id)).status).toMatch(/failed|expired/);
  });

  it('when it fails twice just in time and its status does not say why', async () => {
    machine.upstream.courses = [{ takesMs: 90_000, ends: 'failed' }, { takesMs: 89_000, ends: 'failed' }];
    hangAt('readState', 179);
    const { id } = await machine.start();
    expect(await secondsToEnd(id)).toBeLessThanOrEqual(ownSeconds + 10);
    expect(await machine.job(id)).toMatchObject({ status: 'failed', failure: { code: 'UserActionRequired' } });
  });

  it('when it waits for its turn and each refusal takes long', async () => {
    machine.upstream.createFaults.push(...Array.from({ length: 60 }, busy));
    machine.upstream.onCall = async () => machine.clock.advance(14_000);
    const { id } = await machine.start();
    expect(await secondsToEnd(id)).toBeLessThanOrEqual(ownSeconds + turnSeconds + 10);
    expect(await machine.job(id)).toMatchObject({ status: 'expired', attempts: 0, failure: { code: 'JobTimedOut' } });
  });
});
