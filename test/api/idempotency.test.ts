import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import { apiRoutes, fillPath, routeExamples } from '../support/route-examples.ts';
import { aConnectionId, aPerson, createUser, linkBank } from '../support/api-world.ts';
import { anAccount, networkUser, refusing, silence } from '../support/fake-upstream.ts';
import { until } from '../support/until.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  merchant = await api.newMerchant();
  api.upstream.reset();
  api.logLines.length = 0;
  api.startedExecutions.length = 0;
});

const post = (body: unknown, idempotencyKey: string, over: { key?: string; path?: string; remainingMs?: number } = {}) =>
  api.call('POST', over.path ?? '/v1/users', { key: over.key ?? merchant.key, body, headers: { 'Idempotency-Key': idempotencyKey }, remainingMs: over.remainingMs ?? 29_000 });

describe('Idempotency-Key', () => {
  it.each(apiRoutes.filter(({ idempotent }) => idempotent).map((route) => ({ route, name: route.name })))('makes a repeat of $name answer the same, without a second upstream call', async ({ route }) => {
    const example = (await routeExamples(api, merchant)).get(route.name);
    if (example === undefined) throw new Error(`no example of ${route.name}`);
    const path = fillPath(route.path, example.params);
    const first = await post(example.body, 'key-1', { path });
    const calls = api.upstream.calls.length;
    const stored = await api.stored();
    const second = await post(example.body, 'key-1', { path });

    expect(first).toMatchObject({ status: example.status });
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(second).toMatchObject({ status: first.status, body: first.body, headers: { 'idempotent-replayed': 'true', 'content-type': 'application/json' } });
    expect(second.headers['location']).toBe(first.headers['location']);
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect(api.upstream.calls).toHaveLength(calls);
    expect(await api.stored()).toBe(stored);
  });

  it('takes the same JSON in another order and spacing for the same request', async () => {
    const person = aPerson();
    const first = await post(person, 'key-1');
    const again = await post(JSON.stringify(Object.fromEntries(Object.entries(person).reverse()), null, 4), 'key-1');
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotent-replayed': 'true' } });
  });

  it('refuses another request with the same key', async () => {
    await post(aPerson(), 'key-1');
    const reply = await post(aPerson(), 'key-1');
    expect(reply).toMatchObject({ status: 422, body: { code: 'IdempotencyKeyReused', nextAction: 'fix_request', retryable: false } });
  });

  it('belongs to the merchant and to the path', async () => {
    const other = await api.newMerchant();
    const person = aPerson();
    const ours = await post(person, 'key-1');
    const theirs = await post(person, 'key-1', { key: other.key });
    expect(theirs).toMatchObject({ status: 201 });
    expect(theirs.body['id']).not.toBe(ours.body['id']);
    const { user, connectionId } = await linkBank(api, merchant);
    const path = `/v1/users/${user['id']}/connections`;
    expect(await post({ connectionId }, 'key-1', { path })).toMatchObject({ status: 200 });
  });

  it('lets one of a hundred concurrent requests work, and tells the others to ask again', async () => {
    const person = aPerson();
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { answerCreate } = api.upstream;
    api.upstream.answerCreate = async (...given) => {
      await gate;
      return answerCreate(...given);
    };
    const replies = Array.from({ length: 100 }, () => post(person, 'key-1'));
    let refused = 0;
    for (const reply of replies) void reply.then(({ status }) => (refused += status === 409 ? 1 : 0));
    await until(() => refused === 99);
    release();
    const all = await Promise.all(replies);
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    const others = all.filter(({ status }) => status !== 201);
    for (const reply of others) expect(reply).toMatchObject({ status: 409, body: { code: 'IdempotencyInProgress', retryable: true, nextAction: 'retry_later' }, headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) as string } });
    expect(api.upstream.calls).toEqual(['create user']);
    expect(await post(person, 'key-1')).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
  });

  it('keeps a refusal by upstream, also one that blames the request', async () => {
    for (const refusal of [refusing('UpstreamRejected', { upstreamCode: 'AP109' }), refusing('InvalidRequest', { upstreamCode: 'AP118', errors: [{ path: 'firstName', message: 'must be letters' }] })]) {
      api.upstream.answerCreate = refusal;
      const person = aPerson();
      const key = `key-${person.externalId}`;
      const first = await post(person, key);
      const calls = api.upstream.calls.length;
      expect(first.body).toHaveProperty('upstreamCode');
      expect(await post(person, key)).toMatchObject({ status: first.status, body: first.body, headers: { 'idempotent-replayed': 'true', 'content-type': 'application/problem+json' } });
      expect(api.upstream.calls).toHaveLength(calls);
    }
  });

  it.each([
    ['upstream does not answer', silence, 503],
    ['upstream asks to slow down', refusing('UpstreamThrottled', { retryAfterSeconds: 7 }), 503],
    ['we are at fault', async () => Promise.reject(new TypeError('a defect')), 500],
  ])('does not keep a reply when %s, so that a repeat can succeed', async (_case, answer, status) => {
    const person = aPerson();
    const { answerCreate } = api.upstream;
    api.upstream.answerCreate = answer;
    expect(await post(person, 'key-1')).toMatchObject({ status, body: { retryable: true } });
    api.upstream.answerCreate = answerCreate;
    const again = await post(person, 'key-1');
    expect(again).toMatchObject({ status: 201 });
    expect(again.headers).not.toHaveProperty('idempotent-replayed');
  });

  it('does not keep a refusal of ours that blames the request', async () => {
    const { connectionId } = await linkBank(api, merchant);
    const path = `/v1/connections/${connectionId}/jobs`;
    const future = { type: 'transactions', startDate: '2027-01-01' };
    expect(await post(future, 'key-1', { path })).toMatchObject({ status: 400, body: { errors: [{ path: 'startDate' }] } });
    const again = await post(future, 'key-1', { path });
    expect(again.status).toBe(400);
    expect(again.headers).not.toHaveProperty('idempotent-replayed');
  });

  it('is not used up by a body that is refused', async () => {
    expect(await post({ ...aPerson(), phoneNumber: '123' }, 'key-1')).toMatchObject({ status: 400 });
    expect(await post('not JSON', 'key-1')).toMatchObject({ status: 400 });
    expect(await post(aPerson(), 'key-1')).toMatchObject({ status: 201 });
  });

  it('forgets a reply after 24 hours', async () => {
    await post(aPerson(), 'key-1');
    api.clock.advance(24 * 3600 - 1);
    expect(await post(aPerson(), 'key-1')).toMatchObject({ status: 422 });
    api.clock.advance(1);
    expect(await post(aPerson(), 'key-1')).toMatchObject({ status: 201 });
  });

  it('is free again once the time limit of a request that died is over', async () => {
    const person = aPerson();
    api.upstream.answerCreate = () => new Promise(() => {});
    void post(person, 'key-1', { remainingMs: 10_000 });
    await until(() => api.upstream.calls.at(-1) === 'create user');
    expect(await post(person, 'key-1')).toMatchObject({ status: 409, body: { code: 'IdempotencyInProgress' } });
    api.clock.advance(10);
    expect(await post(person, 'key-1')).not.toMatchObject({ body: { code: 'IdempotencyInProgress' } });
  });

  it('still sends the reply when the record of it cannot be written', async () => {
    api.deps.idempotency.keepFault = new AppError('Internal', 'no table');
    const reply = await post(aPerson(), 'key-1');
    api.deps.idempotency.keepFault = undefined;
    expect(reply).toMatchObject({ status: 201 });
    expect(api.logLines).toContainEqual(expect.objectContaining({ level: 'error', message: 'idempotency_record_not_written' }));
  });

  it('is not looked at where every call is meant to be fresh', async () => {
    const user = await createUser(api, merchant);
    const path = `/v1/users/${user['id']}/widget-tokens`;
    const [first, second, strange] = [await post({ purpose: 'link' }, 'key-1', { path }), await post({ purpose: 'link' }, 'key-1', { path }), await post({ purpose: 'link' }, 'not a key', { path })];
    expect([first.status, second.status, strange.status]).toEqual([201, 201, 201]);
    expect(second.body['token']).not.toBe(first.body['token']);
    expect(second.headers).not.toHaveProperty('idempotent-replayed');
  });

  it('is found under either way to write a connection id', async () => {
    const { connectionId } = await linkBank(api, merchant);
    const dashed = connectionId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5').toUpperCase();
    const first = await post({ type: 'balance' }, 'key-1', { path: `/v1/connections/${connectionId}/jobs` });
    const second = await post({ type: 'balance' }, 'key-1', { path: `/v1/connections/${dashed}/jobs` });
    expect(second).toMatchObject({ status: 202, body: first.body, headers: { 'idempotent-replayed': 'true' } });
  });

  it('keeps the reply of a start in the transaction that stores the job, and a replay starts a lost execution', async () => {
    const { connectionId } = await linkBank(api, merchant);
    const path = `/v1/connections/${connectionId}/jobs`;
    api.deps.idempotency.keepFault = new Error('a start must not need this');
    const first = await post({ type: 'balance' }, 'key-1', { path });
    api.deps.idempotency.keepFault = undefined;
    expect(api.logLines.filter(({ level }) => level === 'error')).toEqual([]);
    const jobId = String(first.body['id']);
    api.clock.advance(6);
    api.startedExecutions.length = 0;
    expect(await post({ type: 'balance' }, 'key-1', { path })).toMatchObject({ status: 202, body: first.body, headers: { 'idempotent-replayed': 'true', location: `/v1/jobs/${jobId}` } });
    expect(api.startedExecutions).toEqual([jobId]);
  });

  it('keeps the reply of a start that joined', async () => {
    const { connectionId } = await linkBank(api, merchant);
    const path = `/v1/connections/${connectionId}/jobs`;
    const first = await post({ type: 'balance' }, 'key-1', { path });
    const joined = await post({ type: 'balance' }, 'key-2', { path });
    expect(joined).toMatchObject({ status: 200, body: { id: String(first.body['id']), joined: true } });
    expect(await post({ type: 'balance' }, 'key-2', { path })).toMatchObject({ status: 200, body: joined.body, headers: { 'idempotent-replayed': 'true' } });
  });

  it('makes a wrong code count once, however often it is repeated', async () => {
    api.upstream.answerCreate = networkUser;
    const user = await createUser(api, merchant);
    api.upstream.answerConfirm = refusing('VerificationFailed', { upstreamCode: 'AP111' });
    const path = `/v1/users/${user['id']}/verification`;
    for (let repeat = 0; repeat < 6; repeat++) {
      expect(await post({ code: '111111' }, 'key-1', { path })).toMatchObject({ status: 422, body: { code: 'VerificationFailed', nextAction: 'verify_user' } });
    }
    expect(api.upstream.calls.filter((call) => call === 'confirm user')).toHaveLength(1);
  });

  it('repeats a save without reading the accounts again', async () => {
    const user = await createUser(api, merchant);
    const path = `/v1/users/${user['id']}/connections`;
    const body = { accounts: [{ connectionId: aConnectionId() }, { connectionId: aConnectionId() }] };
    const first = await post(body, 'key-1', { path });
    api.upstream.answerAccount = async () => anAccount({ status: 'revoked' });
    expect(await post(body, 'key-1', { path })).toMatchObject({ status: 201, body: first.body });
  });
});
