import { randomBytes } from 'node:crypto';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentClient } from '../../lambdas/adapters/dynamodb/document-client.ts';
import { DynamoJobProgress } from '../../lambdas/adapters/dynamodb/job-progress.ts';
import { DynamoJobRepository } from '../../lambdas/adapters/dynamodb/job-repository.ts';
import { RowsBusy } from '../../lambdas/adapters/dynamodb/retry-conflicts.ts';
import type { Job } from '../../lambdas/domain/job.ts';
import type { JobEnd, JobSignal, SignalKind } from '../../lambdas/ports.ts';
import { clientConfig, startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { createJobMachine, type JobMachine } from '../support/job-machine.ts';

let dynamodb: TestDynamodb;
let machine: JobMachine;
const now = new Date('2026-03-01T12:00:00Z');
const later = new Date('2026-03-01T12:00:05Z');

beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  machine = await createJobMachine(dynamodb);
  // Nothing runs here: the rows are what is looked at.
  machine.deps.executions.start = async () => undefined;
});

const refOf = (job: Job) => ({ merchantId: job.merchantId, jobId: job.id });
const signal = (job: Job, kind: SignalKind, over: Partial<JobSignal> = {}): JobSignal => ({
  merchantId: job.merchantId, upstreamJobId: 'REF-1', connectionId: job.connectionId, type: job.type, kind, upstreamCode: null,
  digest: randomBytes(8).toString('hex'), sentAt: later, ...over,
});
async function created(): Promise<Job> {
  const job = await machine.start();
  await machine.deps.progress.beginAttempt(refOf(job), 1, 'a', now);
  await machine.deps.progress.bind(refOf(job), 1, 'REF-1', now);
  return machine.job(job.id);
}

describe('starting', () => {
  it('gives 200 concurrent starts of one connection and type one job', async () => {
    const connectionId = await machine.connect();
    const jobs = await Promise.all(Array.from({ length: 200 }, () => machine.start({ connectionId })));
    expect(new Set(jobs.map((job) => job.id)).size).toBe(1);
  });

  it('joins a job whose own row is not seen yet beside its claim, and leaves the claim alone', async () => {
    const running = await machine.start();
    let hidden = 3;
    const client = striking((commandName, input) => {
      const isOfJob = commandName === 'GetItemCommand' && JSON.stringify(input).includes(running.id);
      return isOfJob && hidden-- > 0 ? { output: { $metadata: {} }, response: {} } : undefined;
    });
    machine.deps.jobs = new DynamoJobRepository(dynamodb.tables, client);
    expect(await machine.deps.jobs.running(running.merchantId, running.connectionId)).toMatchObject([{ id: running.id }]);
    hidden = 3;
    expect(await machine.start({ connectionId: running.connectionId })).toMatchObject({ id: running.id });
    expect(hidden).toBeLessThan(0);
  });

  it('joins without a write', async () => {
    const running = await machine.start();
    machine.deps.jobs = new DynamoJobRepository(dynamodb.tables, striking((commandName) => {
      if (commandName !== 'GetItemCommand') throw new Error(`${commandName} is in the way of others`);
    }));
    expect(await machine.start({ connectionId: running.connectionId })).toMatchObject({ id: running.id });
  });

  it('joins whoever won, where so many start at once that the rows stay busy', async () => {
    const connectionId = await machine.connect();
    const { jobs } = machine.deps;
    const winners: Job[] = [];
    machine.deps.jobs = new DynamoJobRepository(dynamodb.tables, striking(async (commandName) => {
      if (commandName !== 'TransactWriteItemsCommand') return undefined;
      if (winners.length === 0) winners.push(await otherStart());
      throw new RowsBusy();
    }));
    async function otherStart(): Promise<Job> {
      const busy = machine.deps.jobs;
      machine.deps.jobs = jobs;
      const winner = await machine.start({ connectionId });
      machine.deps.jobs = busy;
      return winner;
    }
    expect(await machine.start({ connectionId })).toMatchObject({ id: winners[0]?.id });
  });

  it('never joins jobs of other types or other dates', async () => {
    const connectionId = await machine.connect();
    const requests = [
      { type: 'balance' as const }, { type: 'identity' as const }, { type: 'transactions' as const },
      { type: 'transactions' as const, startDate: '2026-01-01', endDate: '2026-01-31' },
      { type: 'transactions' as const, startDate: '2026-01-01', endDate: '2026-02-01' },
    ];
    const jobs = await Promise.all(requests.map((request) => machine.start({ connectionId, ...request })));
    expect(new Set(jobs.map((job) => job.id)).size).toBe(requests.length);
  });

  it('takes the last 90 days when no dates are given, so that two such starts of one day are one job', async () => {
    const connectionId = await machine.connect();
    const first = await machine.start({ connectionId, type: 'transactions' });
    const second = await machine.start({ connectionId, type: 'transactions', startDate: '2025-12-01', endDate: '2026-03-01' });
    expect(first).toMatchObject({ startDate: '2025-12-01', endDate: '2026-03-01' });
    expect(second.id).toBe(first.id);
  });

  it.each(['completed', 'failed', 'expired', 'canceled'] as const)('frees the connection when a job ends as %s', async (status) => {
    const job = await created();
    const { progress, completion } = machine.deps;
    if (status === 'completed') {
      await progress.startFetching(refOf(job), now);
      await completion.complete(refOf(job), later, now);
    } else {
      await progress.end(refOf(job), status === 'canceled' ? { status } : { status, failure: { code: 'Internal', upstreamCode: null } }, now);
    }
    expect((await machine.start({ connectionId: job.connectionId })).id).not.toBe(job.id);
  });

  it('refuses a job on a connection that was marked meanwhile, and stores nothing', async () => {
    const connectionId = await machine.connect();
    const job = await machine.start({ connectionId: await machine.connect() });
    await machine.deps.connections.mark(machine.merchantId, connectionId, 'revoked', later);
    const connectionGeneration = (await machine.deps.connections.find(machine.merchantId, connectionId))?.generation ?? '';
    expect(await machine.deps.jobs.create({ ...job, id: 'job_other', connectionId, connectionGeneration }, undefined)).toEqual({ outcome: 'connection_unusable' });
    expect(await machine.deps.jobs.find({ merchantId: machine.merchantId, jobId: 'job_other' })).toBeUndefined();
  });
});

describe('starting under an idempotency key', () => {
  it('stores nothing when the key has passed on to a later request', async () => {
    const job = await machine.start();
    const connectionId = await machine.connect();
    const connectionGeneration = (await machine.deps.connections.find(machine.merchantId, connectionId))?.generation ?? '';
    const kept = { key: { merchantId: machine.merchantId, name: 'POST /v1/jobs key', holder: 'lapsed' }, status: 202, headers: {}, body: '{}', expiresAt: later };

    await expect(machine.deps.jobs.create({ ...job, id: 'job_other', connectionId, connectionGeneration }, kept)).rejects.toMatchObject({ code: 'IdempotencyInProgress' });
    expect(await machine.deps.jobs.find({ merchantId: machine.merchantId, jobId: 'job_other' })).toBeUndefined();
  });
});

describe('an ended job', () => {
  it('absorbs everything that comes later', async () => {
    const job = await created();
    const ref = refOf(job);
    await machine.deps.progress.end(ref, { status: 'canceled' }, now);
    const ended = await machine.job(job.id);
    const { progress, signals } = machine.deps;

    expect(await progress.beginAttempt(ref, 2, 'b', later)).toEqual({ outcome: 'over' });
    expect(await progress.bind(ref, 1, 'REF-2', later)).toEqual({ outcome: 'over' });
    expect(await progress.hear(ref, later)).toBeUndefined();
    expect(await progress.startFetching(ref, later)).toBeUndefined();
    expect(await progress.countResume(ref, later)).toBeUndefined();
    expect(await progress.end(ref, { status: 'failed', failure: { code: 'Internal', upstreamCode: null } }, later)).toBeUndefined();
    expect(await signals.applySignal(ref, signal(job, 'completed'), false, later)).toEqual({ outcome: 'over' });
    await progress.noteFailure(ref, { code: 'Internal', upstreamCode: null });
    await progress.clearIntent(ref, 1, 'create_refused', later);

    expect(await machine.job(job.id)).toEqual(ended);
  });

  it('absorbs what a create that was under way still writes', async () => {
    const job = await machine.start();
    const ref = refOf(job);
    const { progress, signals } = machine.deps;
    await progress.beginAttempt(ref, 1, 'a', now);
    await progress.end(ref, { status: 'canceled' }, now);
    const ended = await machine.job(job.id);

    await progress.clearIntent(ref, 1, 'create_refused', later);
    expect(await progress.markUnclear(ref, 1, later)).toBeUndefined();
    expect(await signals.recordDelivery(signal(job, 'completed'), later)).toMatchObject({ jobId: undefined });
    expect(await progress.bind(ref, 1, 'REF-1', later)).toEqual({ outcome: 'over' });

    expect(await machine.job(job.id)).toEqual(ended);
  });

  it('is answered with the token of the wait that began between its reading and its end, so that nobody waits on', async () => {
    const job = await created();
    const waitUnder = (token: string) =>
      dynamodb.client.send(
        new UpdateCommand({
          TableName: dynamodb.tables.jobs,
          Key: { pk: `${job.merchantId}#${job.id}`, sk: 'JOB' },
          UpdateExpression: 'SET waitToken = :token',
          ExpressionAttributeValues: { ':token': token },
        }),
      );
    await waitUnder('older');
    const client = documentClient(clientConfig(dynamodb.endpoint));
    let writes = 0;
    client.middlewareStack.add(
      (next, { commandName = '' }) => async (args) => {
        if (commandName === 'TransactWriteItemsCommand' && writes++ === 0) await waitUnder('newer');
        return next(args);
      },
      { step: 'initialize', priority: 'high', name: 'beginAnotherWait' },
    );

    const ended = await new DynamoJobProgress(dynamodb.tables.jobs, client).end(refOf(job), { status: 'canceled' }, later);

    expect(writes).toBe(2);
    expect(ended).toMatchObject({ status: 'canceled', waitToken: 'newer' });
    expect(await machine.job(job.id)).toMatchObject({ status: 'canceled', waitToken: 'newer' });
  });

  it('leaves the claim to another job that has it by now', async () => {
    const job = await created();
    const { pk, sk } = { pk: `${job.merchantId}#${job.connectionId}`, sk: 'CLAIM#balance##' };
    const table = dynamodb.tables.jobs;
    await dynamodb.client.send(new UpdateCommand({ TableName: table, Key: { pk, sk }, UpdateExpression: 'SET jobId = :other', ExpressionAttributeValues: { ':other': 'job_other' } }));
    expect(await machine.deps.progress.end(refOf(job), { status: 'canceled' }, now)).toMatchObject({ status: 'canceled' });
    expect((await dynamodb.client.send(new GetCommand({ TableName: table, Key: { pk, sk } }))).Item).toMatchObject({ jobId: 'job_other' });
  });

  it('is no longer among the open ones', async () => {
    const job = await created();
    const open = async () => {
      const ids: string[] = [];
      for await (const one of machine.deps.jobs.listOpen(now)) ids.push(one.jobId);
      return ids;
    };
    expect(await open()).toContain(job.id);
    await machine.deps.progress.end(refOf(job), { status: 'canceled' }, now);
    expect(await open()).not.toContain(job.id);
  });
});

describe('the intent of a create', () => {
  it('is unclear to a second invocation, and its own to the one that wrote it', async () => {
    const ref = refOf(await machine.start());
    expect(await machine.deps.progress.beginAttempt(ref, 1, 'a', now)).toMatchObject({ outcome: 'intended' });
    expect(await machine.deps.progress.beginAttempt(ref, 1, 'a', now)).toMatchObject({ outcome: 'intended' });
    expect(await machine.deps.progress.beginAttempt(ref, 1, 'b', now)).toMatchObject({ outcome: 'unclear' });
  });

  it('goes on with an upstream id that is known', async () => {
    const ref = refOf(await created());
    expect(await machine.deps.progress.beginAttempt(ref, 1, 'b', now)).toMatchObject({ outcome: 'known', job: { upstreamJobId: 'REF-1' } });
  });

  it('starts a second attempt from nothing', async () => {
    const job = await created();
    await machine.deps.signals.applySignal(refOf(job), signal(job, 'failed'), false, now);
    await machine.deps.progress.beginAttempt(refOf(job), 2, 'b', later);
    const again = await machine.job(job.id);
    expect(again).toMatchObject({ upstreamJobId: null, signalRank: 0, failure: null, attempts: 2 });
    expect(again.signalSeq).toBe(again.heardSeq);
  });
});

describe('a resume', () => {
  it('counts once until it was heard, however often it is said or written', async () => {
    const job = await created();
    await putValue(job, 'status', 'awaiting_mfa');
    const resume = () => machine.deps.progress.countResume(refOf(job), now);
    expect(await resume()).toMatchObject({ resumes: 1, heardResumes: 0 });
    expect(await resume()).toMatchObject({ resumes: 1, heardResumes: 0 });
    await machine.deps.progress.hear(refOf(job), now);
    expect(await resume()).toMatchObject({ resumes: 2, heardResumes: 1 });
  });

  it('is still owed its wake when it was the last one, and refused once that was heard', async () => {
    const job = await created();
    await putValue(job, 'status', 'awaiting_mfa');
    const resume = () => machine.deps.progress.countResume(refOf(job), now);
    for (let count = 1; count < 10; count++) {
      await resume();
      await machine.deps.progress.hear(refOf(job), now);
    }
    expect(await resume()).toMatchObject({ resumes: 10 });
    expect(await resume()).toMatchObject({ resumes: 10 });
    await machine.deps.progress.hear(refOf(job), now);
    expect(await resume()).toBeUndefined();
  });

  it('leaves a newer pause alone when the one that it ended is over', async () => {
    const job = await created();
    const { progress } = machine.deps;
    const pauseUnder = (token: string) =>
      dynamodb.client.send(
        new UpdateCommand({
          TableName: dynamodb.tables.jobs,
          Key: { pk: `${job.merchantId}#${job.id}`, sk: 'JOB' },
          UpdateExpression: 'SET #status = :awaiting, waitToken = :token',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':awaiting': 'awaiting_mfa', ':token': token },
        }),
      );
    await pauseUnder('older');
    await pauseUnder('newer');

    await progress.leavePause(refOf(job), 'older', later);
    expect((await machine.job(job.id)).status).toBe('awaiting_mfa');
    await progress.leavePause(refOf(job), 'newer', later);
    expect((await machine.job(job.id)).status).toBe('running');
  });

  it('of an earlier attempt is no news in the next', async () => {
    const job = await created();
    await putValue(job, 'status', 'awaiting_mfa');
    await machine.deps.progress.countResume(refOf(job), now);
    await machine.deps.progress.beginAttempt(refOf(job), 2, 'b', later);
    expect(await machine.job(job.id)).toMatchObject({ resumes: 1, heardResumes: 1 });
  });
});

describe('webhook and create', () => {
  it.each([true, false])('meet, the webhook being first: %s', async (webhookFirst) => {
    const job = await machine.start();
    const ref = refOf(job);
    await machine.deps.progress.beginAttempt(ref, 1, 'a', now);
    const deliver = () => machine.deps.signals.recordDelivery(signal(job, 'completed'), now);
    const bind = () => machine.deps.progress.bind(ref, 1, 'REF-1', now);

    if (webhookFirst) {
      expect(await deliver()).toMatchObject({ jobId: undefined });
      expect(await bind()).toMatchObject({ outcome: 'bound', signal: { kind: 'completed' } });
    } else {
      expect(await bind()).toEqual({ outcome: 'bound', signal: undefined });
      expect(await deliver()).toMatchObject({ jobId: job.id });
    }
  });

  it('never miss each other when both come at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const job = await machine.start();
        await machine.deps.progress.beginAttempt(refOf(job), 1, 'a', now);
        const upstreamJobId = `REF-${index}`;
        const [delivered, bound] = await Promise.all([
          machine.deps.signals.recordDelivery(signal(job, 'completed', { upstreamJobId }), now),
          machine.deps.progress.bind(refOf(job), 1, upstreamJobId, now),
        ]);
        return delivered.jobId === job.id || (bound.outcome === 'bound' && bound.signal?.kind === 'completed');
      }),
    );
    expect(outcomes).toEqual(Array.from({ length: 30 }, () => true));
  });

  it('keep the strongest signal, whatever the order', async () => {
    const job = await machine.start();
    await machine.deps.progress.beginAttempt(refOf(job), 1, 'a', now);
    for (const kind of ['completed', 'mfa', 'initiated'] as const) await machine.deps.signals.recordDelivery(signal(job, kind), now);
    expect(await machine.deps.progress.bind(refOf(job), 1, 'REF-1', now)).toMatchObject({ signal: { kind: 'completed' } });
  });
});

describe('an unclear create', () => {
  const first = { type: 'transactions' as const, startDate: '2026-01-01', endDate: '2026-01-31' };
  const second = { type: 'transactions' as const, startDate: '2026-02-01', endDate: '2026-02-28' };
  /** Two jobs that differ in their dates only, each with its create on the way. */
  async function twoCreates(): Promise<[Job, Job]> {
    const connectionId = await machine.connect();
    const jobs = [await machine.start({ connectionId, ...first }), await machine.start({ connectionId, ...second })] as const;
    for (const job of jobs) await machine.deps.progress.beginAttempt(refOf(job), 1, job.id, now);
    return [...jobs];
  }

  it('adopts the upstream job that a later delivery names', async () => {
    const [job, other] = await twoCreates();
    await machine.deps.progress.bind(refOf(other), 1, 'TRN-other', now);
    await machine.deps.progress.markUnclear(refOf(job), 1, now);
    expect(await machine.deps.signals.recordDelivery(signal(job, 'completed'), later)).toMatchObject({ jobId: job.id });
    expect(await machine.job(job.id)).toMatchObject({ upstreamJobId: 'REF-1' });
    expect(await machine.deps.signals.recordDelivery(signal(job, 'completed'), later)).toMatchObject({ jobId: job.id });
  });

  it('adopts the upstream job that an earlier delivery named', async () => {
    const job = await machine.start();
    await machine.deps.progress.beginAttempt(refOf(job), 1, 'a', now);
    await machine.deps.signals.recordDelivery(signal(job, 'completed'), later);
    expect(await machine.deps.progress.markUnclear(refOf(job), 1, later)).toBe('REF-1');
    expect(await machine.deps.progress.bind(refOf(job), 1, 'REF-1', later)).toMatchObject({ outcome: 'bound', signal: { kind: 'completed' } });
  });

  it.each(['before the delivery', 'after the delivery'])('leaves alone what may belong to a create of other dates that is on its way, and is known to be unclear %s', async (when) => {
    const [owner, unclear] = await twoCreates();
    if (when === 'before the delivery') await machine.deps.progress.markUnclear(refOf(unclear), 1, now);
    expect(await machine.deps.signals.recordDelivery(signal(owner, 'initiated'), later)).toMatchObject({ jobId: undefined });
    if (when === 'after the delivery') expect(await machine.deps.progress.markUnclear(refOf(unclear), 1, later)).toBeUndefined();
    await machine.deps.progress.bind(refOf(owner), 1, 'REF-1', later);

    expect(await machine.deps.signals.recordDelivery(signal(owner, 'completed'), later)).toMatchObject({ jobId: owner.id });
    expect(await machine.job(unclear.id)).toMatchObject({ upstreamJobId: null });
  });

  it('leaves alone what another job was given already, also before its row says so', async () => {
    const [owner, unclear] = await twoCreates();
    await machine.deps.signals.recordDelivery(signal(owner, 'initiated'), later);
    await putValue(owner, 'upstreamJobId', 'REF-1');
    expect(await machine.deps.progress.markUnclear(refOf(unclear), 1, later)).toBeUndefined();
    expect(await machine.deps.signals.recordDelivery(signal(owner, 'mfa'), later)).toMatchObject({ jobId: undefined });
    await machine.deps.progress.bind(refOf(owner), 1, 'REF-1', later);
    await machine.deps.progress.end(refOf(owner), { status: 'canceled' }, later);
    expect(await machine.deps.progress.markUnclear(refOf(unclear), 1, later)).toBeUndefined();
  });

  it('adopts nothing that either of two unclear creates may have started', async () => {
    const jobs = await twoCreates();
    for (const job of jobs) await machine.deps.progress.markUnclear(refOf(job), 1, now);
    expect(await machine.deps.signals.recordDelivery(signal(jobs[0], 'completed'), later)).toMatchObject({ jobId: undefined });
  });

  it.each<JobEnd>([{ status: 'canceled' }, { status: 'failed', failure: { code: 'UpstreamUnavailable', upstreamCode: null } }])('adopts nothing that a lost create of other dates may have started, though that job is over: $status', async (end) => {
    const [ended, unclear] = await twoCreates();
    await machine.deps.progress.end(refOf(ended), end, later);
    await machine.deps.progress.markUnclear(refOf(unclear), 1, later);
    expect(await machine.deps.signals.recordDelivery(signal(ended, 'completed'), later)).toMatchObject({ jobId: undefined });

    const anew = await machine.start({ connectionId: ended.connectionId, ...first });
    await machine.deps.progress.beginAttempt(refOf(anew), 1, 'a', now);
    await machine.deps.progress.end(refOf(unclear), { status: 'canceled' }, later);
    await machine.deps.progress.markUnclear(refOf(anew), 1, later);
    const hourLater = new Date(later.getTime() + 3_601_000);
    const sentAt = new Date(hourLater.getTime() - 1000);
    expect(await machine.deps.signals.recordDelivery(signal(anew, 'completed', { upstreamJobId: 'TRN-2', sentAt }), hourLater), 'an hour later').toMatchObject({ jobId: anew.id });
  });

  it('adopts what a create of other dates cannot have started, since upstream refused it', async () => {
    const [refused, unclear] = await twoCreates();
    const failure = { code: 'UserActionRequired' as const, upstreamCode: 'AC-104' };
    await machine.deps.progress.noteFailure(refOf(refused), failure);
    await machine.deps.progress.end(refOf(refused), { status: 'failed', failure }, later);
    await machine.deps.progress.markUnclear(refOf(unclear), 1, later);
    expect(await machine.deps.signals.recordDelivery(signal(unclear, 'completed'), later)).toMatchObject({ jobId: unclear.id });
  });

  it('adopts nothing that a create of other dates may have started whose reply could not be read', async () => {
    const [unread, unclear] = await twoCreates();
    const failure = { code: 'UpstreamRejected' as const, upstreamCode: null };
    await machine.deps.progress.noteFailure(refOf(unread), failure);
    await machine.deps.progress.end(refOf(unread), { status: 'failed', failure }, later);
    await machine.deps.progress.markUnclear(refOf(unclear), 1, later);
    expect(await machine.deps.signals.recordDelivery(signal(unclear, 'completed'), later)).toMatchObject({ jobId: undefined });
  });

  it('adopts what a lost create of the same dates may have started: the data is the same', async () => {
    const lost = await machine.start(first);
    await machine.deps.progress.beginAttempt(refOf(lost), 1, 'a', now);
    await machine.deps.progress.end(refOf(lost), { status: 'canceled' }, now);
    const job = await machine.start({ connectionId: lost.connectionId, ...first });
    await machine.deps.progress.beginAttempt(refOf(job), 1, 'a', now);
    await machine.deps.progress.markUnclear(refOf(job), 1, now);
    expect(await machine.deps.signals.recordDelivery(signal(job, 'completed'), later)).toMatchObject({ jobId: job.id });
  });

  it('adopts nothing that was heard of before it was sent', async () => {
    const job = await machine.start();
    const old = { upstreamJobId: 'REF-0', sentAt: new Date('2026-03-01T11:59:59Z') };
    await machine.deps.signals.recordDelivery(signal(job, 'initiated', old), now);
    await machine.deps.progress.beginAttempt(refOf(job), 1, 'a', now);
    await machine.deps.progress.markUnclear(refOf(job), 1, now);
    expect(await machine.deps.signals.recordDelivery(signal(job, 'completed', { ...old, sentAt: later }), later)).toMatchObject({ jobId: undefined });
    expect(await machine.deps.progress.markUnclear(refOf(job), 1, later)).toBeUndefined();
  });
});

describe('a signal', () => {
  it('is stored once, and wakes again while it is unread', async () => {
    const job = await created();
    const delivery = signal(job, 'completed');
    await putValue(job, 'waitToken', 'token-1');
    const wakes = { outcome: 'wake', wait: { token: 'token-1', isAfterPause: false } };

    expect(await machine.deps.signals.applySignal(refOf(job), delivery, false, now)).toEqual(wakes);
    expect(await machine.deps.signals.applySignal(refOf(job), delivery, false, now)).toEqual(wakes);
    expect(await machine.job(job.id)).toMatchObject({ signalSeq: 1, heardSeq: 0 });
  });

  it('wakes nobody once it was heard', async () => {
    const job = await created();
    const delivery = signal(job, 'completed');
    await machine.deps.signals.applySignal(refOf(job), delivery, false, now);
    await machine.deps.progress.hear(refOf(job), now);
    await putValue(job, 'waitToken', 'token-2');
    expect(await machine.deps.signals.applySignal(refOf(job), delivery, false, now)).toEqual({ outcome: 'repeated' });
  });

  it('of an older attempt changes nothing', async () => {
    const job = await created();
    expect(await machine.deps.signals.applySignal(refOf(job), signal(job, 'completed', { upstreamJobId: 'REF-0' }), false, now)).toEqual({ outcome: 'stale' });
    expect(await machine.job(job.id)).toMatchObject({ signalSeq: 0 });
  });

  it('never lowers the rank of one that came before', async () => {
    const job = await created();
    await machine.deps.signals.applySignal(refOf(job), signal(job, 'completed'), false, now);
    await machine.deps.progress.hear(refOf(job), now);
    expect(await machine.deps.signals.applySignal(refOf(job), signal(job, 'mfa'), false, now)).toEqual({ outcome: 'repeated' });
    expect(await machine.deps.signals.applySignal(refOf(job), signal(job, 'failed'), false, now)).toEqual({ outcome: 'repeated' });
  });

  it('wakes nobody when upstream contradicts an end that is unread', async () => {
    const job = await created();
    await putValue(job, 'waitToken', 'token-1');
    await machine.deps.signals.applySignal(refOf(job), signal(job, 'completed'), false, now);
    expect(await machine.deps.signals.applySignal(refOf(job), signal(job, 'failed'), false, now)).toEqual({ outcome: 'repeated' });
    expect(await machine.job(job.id)).toMatchObject({ signal: { kind: 'completed' } });
  });

  it('asks again when the bank asks another time, and not for the repeat of one delivery', async () => {
    const job = await created();
    const asked = signal(job, 'mfa');
    await machine.deps.signals.applySignal(refOf(job), asked, false, now);
    await machine.deps.progress.hear(refOf(job), now);
    expect(await machine.deps.signals.applySignal(refOf(job), asked, false, now)).toEqual({ outcome: 'repeated' });
    expect(await machine.deps.signals.applySignal(refOf(job), signal(job, 'mfa'), false, now)).toEqual({ outcome: 'stored' });
  });

  it('stops being recorded when the bank asks without end', async () => {
    const job = await created();
    for (let count = 0; count < 60; count++) await machine.deps.signals.applySignal(refOf(job), signal(job, 'mfa'), false, now);
    expect((await machine.job(job.id)).signalSeq).toBe(50);
  });
});

/** A client whose commands are answered, or refused, by `strike` where it has something to say. */
function striking(strike: (commandName: string, input: unknown) => unknown) {
  const client = documentClient(clientConfig(dynamodb.endpoint), { attempts: 9, baseMs: 0, capMs: 0, sleep: async () => undefined, random: () => 0 });
  client.middlewareStack.add(
    (next, { commandName = '' }) => async (args) => ((await strike(commandName, args.input)) as Awaited<ReturnType<typeof next>> | undefined) ?? next(args),
    { step: 'initialize', priority: 'high', name: 'strike' },
  );
  return client;
}

async function putValue(job: Job, name: string, value: string): Promise<void> {
  await dynamodb.client.send(
    new UpdateCommand({
      TableName: dynamodb.tables.jobs,
      Key: { pk: `${job.merchantId}#${job.id}`, sk: 'JOB' },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
}
