import { DeleteCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backoff } from '../../lambdas/adapters/dynamodb/backoff.ts';
import { DynamoConnectionRepository } from '../../lambdas/adapters/dynamodb/connection-repository.ts';
import { documentClient } from '../../lambdas/adapters/dynamodb/document-client.ts';
import { DynamoIdempotencyRecords } from '../../lambdas/adapters/dynamodb/idempotency-records.ts';
import { DynamoJobProgress } from '../../lambdas/adapters/dynamodb/job-progress.ts';
import { DynamoResultRepository } from '../../lambdas/adapters/dynamodb/result-repository.ts';
import { DynamoUserRepository } from '../../lambdas/adapters/dynamodb/user-repository.ts';
import { DynamoWebhookTrust } from '../../lambdas/adapters/dynamodb/webhook-trust.ts';
import { clientConfig, startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { createJobMachine } from '../support/job-machine.ts';
import { cancelled, loseReply, refused, startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { aConnection, after, aUser, claimOf, merchantId, noon, someTransactions, transactionsHead } from './samples.ts';

let engine: TestDynamodb;
let proxy: FaultProxy;
let slept: number[];
let backoff: Backoff;
let client: ReturnType<typeof documentClient>;
let users: DynamoUserRepository;
beforeAll(async () => {
  engine = await startDynamodb();
});
afterAll(() => engine.stop());
let serial = 0;
beforeEach(async () => {
  serial++;
  proxy = await startFaultProxy(engine);
  slept = [];
  backoff = { attempts: 4, baseMs: 10, capMs: 50, random: () => 0.5, sleep: async (ms) => void slept.push(ms) };
  client = documentClient(clientConfig(proxy.endpoint), backoff);
  users = new DynamoUserRepository(engine.tables.users, client, async (text) => Buffer.from(`${text}${serial}`).toString('hex'));
});
afterEach(async () => {
  client.destroy();
  await proxy.stop();
});

const person = () => aUser({ id: `usr_${serial}` });
const callsOf = (operation: string) => proxy.calls.filter((call) => call.operation === operation);

describe('when the reply to a write is lost and the SDK writes again', () => {
  it('a claim is still a claim', async () => {
    proxy.next('TransactWriteItems', loseReply);
    await expect(users.claim(claimOf(person()), noon, 1000)).resolves.toBe('claimed');
    expect(callsOf('TransactWriteItems')).toHaveLength(2);
  });

  it('refusals that find the first write done never use up the patience of the SDK', async () => {
    for (let lost = 0; lost < 40; lost++) {
      const records = new DynamoIdempotencyRecords(engine.tables.access, client);
      proxy.next('PutItem', loseReply);
      await expect(records.begin({ merchantId, name: `n${serial}-${lost}`, holder: 'run-1' }, 'print', noon, 1000)).resolves.toBe('started');
    }
  });

  it('both writes of a transaction carry one ClientRequestToken', async () => {
    proxy.next('TransactWriteItems', loseReply);
    await users.claim(claimOf(person()), noon, 1000);
    const tokens = callsOf('TransactWriteItems').map(({ body }) => body['ClientRequestToken']);
    expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(tokens[1]).toBe(tokens[0]);
  });

  it('a person is stored once and without an error', async () => {
    await users.claim(claimOf(person()), noon, 1000);
    proxy.next('TransactWriteItems', loseReply);
    await users.store(person());
    await expect(users.find(merchantId, person().id)).resolves.toEqual(person());
  });

  it('a wrong code counts once', async () => {
    const verification = { channel: 'sms' as const, destination: '•', sentAt: noon.toISOString(), expiresAt: noon.toISOString(), wrongTries: 0, unclear: false };
    await users.store({ ...person(), verification });
    proxy.next('TransactWriteItems', loseReply);
    await expect(users.reserveTry(merchantId, person().id, noon.toISOString(), noon)).resolves.toMatchObject({ verification: { wrongTries: 1 } });
  });

  it('a new connection is created, not renewed', async () => {
    const connections = new DynamoConnectionRepository(engine.tables.connections, client);
    proxy.next('PutItem', loseReply);
    await expect(connections.save(aConnection({ id: `c${serial}` }))).resolves.toMatchObject({ outcome: 'created' });
  });

  it('a request is started under its idempotency key, not found in progress', async () => {
    const records = new DynamoIdempotencyRecords(engine.tables.access, client);
    proxy.next('PutItem', loseReply);
    await expect(records.begin({ merchantId, name: `n${serial}`, holder: 'run-1' }, 'print', noon, 1000)).resolves.toBe('started');
  });

  it('a kept reply is kept', async () => {
    const records = new DynamoIdempotencyRecords(engine.tables.access, client);
    const key = { merchantId, name: `n${serial}`, holder: 'run-1' };
    await records.begin(key, 'print', noon, 1000);
    proxy.next('UpdateItem', loseReply);
    await records.keep({ key, status: 200, headers: {}, body: '{}', expiresAt: after(60) });
    await expect(records.begin({ ...key, holder: 'run-2' }, 'print', noon, 1000)).resolves.toMatchObject({ status: 200 });
  });

  it('a result is stored once', async () => {
    const results = new DynamoResultRepository(engine.tables.results, client, { backoff, newGeneration: () => 'g' });
    proxy.next('PutItem', loseReply);
    await results.store(refOfTest(), { head: transactionsHead(), items: someTransactions(3) }, after(60));
    expect(callsOf('PutItem')).toHaveLength(2); // the head, and the head again
    await expect(results.readTransactions(refOfTest(), { limit: 10 })).resolves.toMatchObject({ items: someTransactions(3) });
  });
});

describe('when a transaction meets another one on its rows', () => {
  it('it waits with full jitter and goes through', async () => {
    proxy.next('TransactWriteItems', cancelled('TransactionConflict', 'None'));
    proxy.next('TransactWriteItems', cancelled('None', 'TransactionConflict'));
    await expect(users.claim(claimOf(person()), noon, 1000)).resolves.toBe('claimed');
    expect(slept).toEqual([10, 20]);
  });

  it.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])('%s is waited out the same way', async (code) => {
    proxy.next('TransactWriteItems', cancelled('None', code));
    await expect(users.claim(claimOf(person()), noon, 1000)).resolves.toBe('claimed');
  });

  it('a refused condition beside a conflict is no answer yet', async () => {
    proxy.next('TransactWriteItems', cancelled('ConditionalCheckFailed', 'TransactionConflict'));
    await expect(users.claim(claimOf(person()), noon, 1000)).resolves.toBe('claimed');
  });

  it('it gives up after its attempts with an error that may be tried again and shows no row', async () => {
    for (let attempt = 0; attempt < 4; attempt++) proxy.next('TransactWriteItems', cancelled('TransactionConflict', 'None'));
    const error: unknown = await users.store(person()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'Internal', details: { retryAfterSeconds: 2 }, cause: undefined });
    expect(error).not.toHaveProperty('CancellationReasons');
    expect(slept).toEqual([10, 20, 25]);
  });

  it('a claim that finds no gap is held, so that its create asks again', async () => {
    for (let attempt = 0; attempt < 4; attempt++) proxy.next('TransactWriteItems', cancelled('TransactionConflict', 'None'));
    await expect(users.claim(claimOf(person()), noon, 1000)).resolves.toBe('held');
  });

  it('creates that wait for another one only read', async () => {
    await users.claim(claimOf(person()), noon, 1000);
    const before = callsOf('TransactWriteItems').length;
    await expect(users.claim({ ...claimOf(person()), userId: 'usr_waits' }, noon, 1000)).resolves.toBe('held');
    await users.store(person());
    await expect(users.claim({ ...claimOf(person()), userId: 'usr_waits' }, noon, 1000)).resolves.toEqual({ stored: person() });
    expect(callsOf('TransactWriteItems')).toHaveLength(before + 1); // the store
  });

  it('a claim that is read half before and half after a store is no conflict', async () => {
    await users.claim(claimOf(person()), noon, 1000);
    proxy.next('GetItem', async ({ body }, forward) => {
      const read = await forward(body);
      await users.store(person());
      return read;
    });
    const answer = await users.claim({ ...claimOf(person()), userId: 'usr_waits' }, noon, 1000);
    expect(['held', { stored: person() }]).toContainEqual(answer);
  });

  it.each(['TransactionConflictException', 'TransactionInProgressException'])('a single call that DynamoDB refuses with %s waits as well', async (name) => {
    const trust = new DynamoWebhookTrust(engine.tables.access, client);
    proxy.next('PutItem', refused(name));
    await trust.set(`mer_t${serial}`, true, noon);
    await expect(trust.isTrusted(`mer_t${serial}`)).resolves.toBe(true);
  });

  it('a transaction that DynamoDB finds malformed is not repeated', async () => {
    proxy.next('TransactWriteItems', cancelled('ValidationError', 'None'));
    await expect(users.claim(claimOf(person()), noon, 1000)).rejects.toThrow('malformed (ValidationError, None)');
    expect(slept).toEqual([]);
  });
});

describe('when the first try of a transaction runs for longer than the SDK is patient', () => {
  const inProgress = refused('TransactionInProgressException');
  /** The four tries of the SDK under one request token; the next one has another. */
  const takeLong = () => {
    proxy.next('TransactWriteItems', async (call, forward) => {
      await forward(call.body);
      return inProgress(call, forward);
    });
    for (let tries = 2; tries <= 4; tries++) proxy.next('TransactWriteItems', inProgress);
  };
  const machineBehind = () => createJobMachine(engine, { client });

  it('a job that it created is created, not taken for a broken source of ids', async () => {
    const machine = await machineBehind();
    takeLong();
    const { id } = await machine.start();
    expect((await machine.deps.jobs.find({ merchantId: machine.merchantId, jobId: id }))?.status).not.toBeUndefined();
    await machine.quiet();
    expect((await machine.entered(id))[0]).toBe('CreateUpstreamJob');
    await machine.cancel(id);
  });

  it("what a canceled job left upstream is the taker's own, not a sign that the taker is over", async () => {
    const machine = await machineBehind();
    machine.upstream.courses = [{ takesMs: 60_000 }];
    const first = await machine.start();
    await machine.quiet();
    await machine.cancel(first.id);
    machine.deps.executions.start = async () => undefined;
    const second = await machine.start({ connectionId: first.connectionId });
    const begun = await machine.deps.progress.beginAttempt({ merchantId: machine.merchantId, jobId: second.id }, 1, 'a', noon);
    if (begun.outcome !== 'intended') throw new Error('the job did not begin');
    const orphan = await machine.deps.orphans.find(begun.job, machine.deps.clock.now());
    if (orphan === undefined) throw new Error('nothing was left upstream');
    takeLong();
    await expect(machine.deps.orphans.take(begun.job, orphan, noon)).resolves.toBe('taken');
  });
});

describe('when a cancel crosses the reply of the create', () => {
  it('what upstream runs is left for the next job like it', async () => {
    const machine = await createJobMachine(engine, { client });
    machine.deps.executions.start = async () => undefined;
    const job = await machine.start();
    const ref = { merchantId: machine.merchantId, jobId: job.id };
    await machine.deps.progress.beginAttempt(ref, 1, 'a', noon);
    proxy.next('TransactWriteItems', async ({ body }, forward) => {
      await new DynamoJobProgress(engine.tables.jobs, engine.client).bind(ref, 1, 'REF-crossed', noon);
      return forward(body);
    });
    await machine.deps.progress.end(ref, { status: 'canceled' }, noon);
    await expect(machine.deps.orphans.find(job, noon)).resolves.toMatchObject({ upstreamJobId: 'REF-crossed', jobId: job.id });
    await expect(machine.deps.orphans.find(job, after(3601))).resolves.toBeUndefined();
  });

  it('or its very intent, the create is noted as one whose end nobody knows', async () => {
    const machine = await createJobMachine(engine, { client });
    machine.deps.executions.start = async () => undefined;
    const job = await machine.start({ type: 'transactions', startDate: '2026-01-01', endDate: '2026-01-31' });
    const ref = { merchantId: machine.merchantId, jobId: job.id };
    proxy.next('TransactWriteItems', async ({ body }, forward) => {
      await new DynamoJobProgress(engine.tables.jobs, engine.client).beginAttempt(ref, 1, 'a', noon);
      return forward(body);
    });
    await machine.deps.progress.end(ref, { status: 'canceled' }, noon);
    const lost = { TableName: engine.tables.jobs, KeyConditionExpression: 'pk = :pk AND begins_with(sk, :lost)', ExpressionAttributeValues: { ':pk': `${machine.merchantId}#${job.connectionId}`, ':lost': 'LOST#' } };
    await expect(engine.client.send(new QueryCommand(lost))).resolves.toMatchObject({ Items: [{ startDate: '2026-01-01', endDate: '2026-01-31', intentAt: noon.toISOString() }] });
  });
});

describe('when DynamoDB takes only part of a batch', () => {
  const takeOnly = (count: number): Parameters<FaultProxy['next']>[1] => async ({ body }, forward) => {
    const [table, items] = Object.entries(body['RequestItems'] as Record<string, unknown[]>)[0] ?? ['', []];
    if (count > 0) await forward({ RequestItems: { [table]: items.slice(0, count) } });
    return { status: 200, body: { UnprocessedItems: { [table]: items.slice(count) } } };
  };

  it('the rest is written, and the result is whole', async () => {
    const results = new DynamoResultRepository(engine.tables.results, client, { backoff, newGeneration: () => 'g' });
    proxy.next('BatchWriteItem', takeOnly(2));
    proxy.next('BatchWriteItem', takeOnly(0));
    await results.store(refOfTest(), { head: transactionsHead(), items: someTransactions(500) }, after(60));
    expect(slept).toEqual([10, 20]);
    await expect(results.readTransactions(refOfTest(), { limit: 500 })).resolves.toEqual({ items: someTransactions(500), position: undefined });
  });

  it('a table that takes nothing for long fails the store, and shows no head', async () => {
    const results = new DynamoResultRepository(engine.tables.results, client, { backoff, newGeneration: () => 'g' });
    for (let attempt = 0; attempt < 4; attempt++) proxy.next('BatchWriteItem', takeOnly(0));
    const store = results.store(refOfTest(), { head: transactionsHead(), items: someTransactions(5) }, after(60));
    await expect(store).rejects.toMatchObject({ code: 'Internal' });
    await expect(results.readHead(refOfTest(), noon)).resolves.toBeUndefined();
  });
});

describe('when a store of a result dies before its head', () => {
  it('nothing of it can be read, and the next store clears its pages', async () => {
    const results = new DynamoResultRepository(engine.tables.results, client);
    proxy.next('PutItem', refused('ValidationException'));
    await expect(results.store(refOfTest(), { head: transactionsHead(), items: someTransactions(300, 'first') }, after(60))).rejects.toThrow();
    await expect(results.readTransactions(refOfTest(), { limit: 10 })).resolves.toBeUndefined();
    await results.store(refOfTest(), { head: transactionsHead(), items: someTransactions(10, 'second') }, after(60));
    const query = { TableName: engine.tables.results, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': `${merchantId}#job_${serial}` } };
    await expect(engine.client.send(new QueryCommand(query))).resolves.toMatchObject({ Count: 2 });
  });

  it('and another store replaces the head in between, the last one wins whole', async () => {
    const results = new DynamoResultRepository(engine.tables.results, client);
    proxy.next('PutItem', async ({ body }, forward) => {
      await new DynamoResultRepository(engine.tables.results, engine.client).store(refOfTest(), { head: transactionsHead(), items: someTransactions(250, 'between') }, after(60));
      return forward(body);
    });
    await results.store(refOfTest(), { head: transactionsHead(), items: someTransactions(120, 'last') }, after(60));
    await expect(results.readTransactions(refOfTest(), { limit: 500 })).resolves.toEqual({ items: someTransactions(120, 'last'), position: undefined });
  });

  it('and a reader is between head and pages, it reads the new ones', async () => {
    const results = new DynamoResultRepository(engine.tables.results, client);
    const direct = new DynamoResultRepository(engine.tables.results, engine.client);
    await direct.store(refOfTest(), { head: transactionsHead(), items: someTransactions(120, 'old') }, after(60));
    proxy.next('Query', async ({ body }, forward) => {
      await direct.store(refOfTest(), { head: transactionsHead(), items: someTransactions(110, 'new') }, after(60));
      return forward(body);
    });
    await expect(results.readTransactions(refOfTest(), { limit: 500 })).resolves.toEqual({ items: someTransactions(110, 'new'), position: undefined });
  });

  it('and pages stay away behind their head, a reader is told so instead of being shown fewer', async () => {
    const results = new DynamoResultRepository(engine.tables.results, client);
    await results.store(refOfTest(), { head: transactionsHead(), items: someTransactions(120) }, after(60));
    const pages = { TableName: engine.tables.results, KeyConditionExpression: 'pk = :pk AND begins_with(sk, :page)', ExpressionAttributeValues: { ':pk': `${merchantId}#job_${serial}`, ':page': 'PAGE#' } };
    const { Items = [] } = await engine.client.send(new QueryCommand(pages));
    await engine.client.send(new DeleteCommand({ TableName: engine.tables.results, Key: { pk: Items[1]?.['pk'] as string, sk: Items[1]?.['sk'] as string } }));
    await expect(results.readTransactions(refOfTest(), { limit: 500 })).rejects.toMatchObject({ code: 'Internal' });
  });
});

describe('when a connection is removed while it is saved', () => {
  it('it is created anew', async () => {
    const connections = new DynamoConnectionRepository(engine.tables.connections, client);
    const saved = aConnection({ id: `c${serial}` });
    await connections.save(saved);
    proxy.next('UpdateItem', async ({ body }, forward) => {
      const key = body['Key'] as Record<string, { S: string }>;
      const Key = { pk: key['pk']?.S, sk: key['sk']?.S };
      await engine.client.send(new DeleteCommand({ TableName: engine.tables.connections, Key }));
      return forward(body);
    });
    await expect(connections.save({ ...saved, userId: 'usr_1' })).resolves.toMatchObject({ outcome: 'created' });
    await expect(engine.client.send(new GetCommand({ TableName: engine.tables.connections, Key: { pk: `${merchantId}#c${serial}`, sk: 'CONNECTION' } }))).resolves.toHaveProperty('Item');
  });
});

function refOfTest() {
  return { merchantId, jobId: `job_${serial}`, connectionId: `c${serial}` };
}
