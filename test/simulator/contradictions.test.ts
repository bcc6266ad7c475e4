import { describe, expect, it } from 'vitest';
import type { Side } from '../../simulator/contradictions/contradiction-table.ts';
import { acme, bolt, bootSimulator, type Booted } from './boot-simulator.ts';
import { aText, containing, matching } from './matchers.ts';
import { receiveWebhooks } from './webhook-receiver.ts';

const on = (number: number, side: Side, options: Parameters<typeof bootSimulator>[0] = {}) => bootSimulator({ ...options, contradictions: { [number]: side } });

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const hex32 = /^[0-9a-f]{32}$/;

/** The integration guide's way to a token. */
const guideToken = { scope: 'merchant', api_key: acme.aeropay.apiKey, api_secret: acme.aeropay.apiSecret, id: '1456' };
const merchantToken = { scope: 'merchant', apiKey: acme.aeropay.apiKey, apiSecret: acme.aeropay.apiSecret, id: '1456' };

async function runJob(booted: Booted, path: string, scenario = 'default', body?: unknown) {
  const id = await booted.linkBank(scenario);
  const call = async (rest: string, request = {}) => booted.aerosync(`/v2/accounts/${id}${rest}`, { token: await booted.apiToken(), ...request });
  const created = (await call(`/${path}`, { method: 'POST', ...(body !== undefined && { body }) })).body;
  return { id, call, created, jobId: created.jobId };
}

describe('contradiction 1: keys of a v2 token', () => {
  it.each<[Side, object, object]>([
    ['A', guideToken, merchantToken],
    ['B', merchantToken, guideToken],
  ])('%s takes %j only', async (side, taken, refused) => {
    const { aeropay } = await on(1, side);
    expect((await aeropay('/v2/token', { body: taken })).body.token).toEqual(aText);
    expect((await aeropay('/v2/token', { body: refused })).body.error?.code).toBe('AP700');
  });
});

const createdOn = async (number: number, side: Side, over: Record<string, unknown> = {}) => {
  const booted = await on(number, side);
  return { booted, ...(await booted.createUser(over)) };
};

describe('contradiction 2: e-mail of a v2 person', () => {
  it.each<[Side, boolean]>([
    ['A', false],
    ['B', true],
  ])('%s takes `email`: %s', async (side, taken) => {
    const email = await createdOn(2, side);
    const emailAddress = await createdOn(2, side, { email: undefined, emailAddress: 'jane@example.com' });
    expect([email.body.error, emailAddress.body.error]).toMatchObject(
      taken ? [undefined, { message: "Missing required Parameter: 'email'" }] : [{ message: "Missing required Parameter: 'emailAddress'" }, undefined],
    );
  });
});

describe('contradiction 3: reply to a new v2 person', () => {
  it('A has the guide\'s shape, and its number works as a userId', async () => {
    const { booted, body } = await createdOn(3, 'A');
    expect(body).toEqual({ success: true, user: { aeroPassUserUuid: matching(uuid), userId: matching(/^\d+$/), firstName: 'Jane', lastName: 'Doe' } });
    for (const userId of [body.user.userId, body.user.aeroPassUserUuid]) expect(await booted.userToken(userId)).toEqual(aText);
  });

  it('A says when a code went out', async () => {
    const { booted, body } = await createdOn(3, 'A', { phoneNumber: '+12025550102' });
    expect(body.mfaType).toBe('email');
    const confirmed = await booted.aeropay('/v2/confirmUser', { token: await booted.merchantToken(), body: { userId: body.user.userId, code: '000000', merchantId: 1456 } });
    expect(confirmed.status).toBe(200);
  });

  it('B has a UUID and takes no number', async () => {
    const { booted, body } = await createdOn(3, 'B');
    expect(body).toMatchObject({ user: { id: matching(uuid) }, mfaType: null });
    expect(await booted.userToken('1102575')).toBeUndefined();
  });
});

describe('contradiction 4: where aeroPassUserUuid stands', () => {
  it.each<[Side, string]>([
    ['A', 'has'],
    ['B', 'lacks'],
  ])('%s %s a field of its name', async (side) => {
    const { booted, body } = await createdOn(4, side);
    const read = (await booted.aeropay('/v2/user', { token: await booted.userToken(body.user.id) })).body;
    const expected = side === 'A' ? body.user.id : undefined;
    expect([body.user.aeroPassUserUuid, read.user.aeroPassUserUuid]).toEqual([expected, expected]);
  });
});

describe('contradiction 5: a wrong secret', () => {
  it.each<[Side, number, string]>([
    ['A', 400, 'AP002'],
    ['B', 401, 'AP002'],
    ['C', 200, 'AP002'],
    ['D', 401, 'AC-101'],
  ])('%s is %i %s', async (side, status, code) => {
    const { aeropay } = await on(5, side);
    expect(await aeropay('/v2/token', { body: { ...merchantToken, apiSecret: 'wrong' } })).toMatchObject({ status, body: { error: { code } } });
  });
});

describe('contradictions 6 and 7: confirming a v2 person', () => {
  const confirm = async (number: number, side: Side, over: object) => {
    const { booted, body } = await createdOn(number, side, { phoneNumber: '+12025550101' });
    return booted.aeropay('/v2/confirmUser', { token: await booted.merchantToken(), body: { userId: body.user.id, code: '000000', ...over } });
  };

  it.each<[Side, object, string | undefined]>([
    ['A', {}, undefined],
    ['A', { merchantId: 'anything' }, undefined],
    ['B', {}, 'AP700'],
    ['B', { merchantId: 1456 }, undefined],
  ])('6 %s with %j: %s', async (side, over, code) => {
    expect((await confirm(6, side, over)).body.error?.code).toBe(code);
  });

  it.each<[Side, object]>([
    ['A', { phone: '+12025550101' }],
    ['B', { phoneNumber: '+12025550101' }],
  ])('7 %s answers %j', async (side, phone) => {
    const { user } = (await confirm(7, side, { merchantId: 1456 })).body;
    expect(user).toMatchObject({ ...phone, userStatus: 'Active' });
    expect(Object.keys(user).filter((key) => key.startsWith('phone'))).toEqual(Object.keys(phone));
  });
});

describe('contradictions 8 and 9: codes for v2 people', () => {
  it.each<[number, Side, string | undefined, string | null]>([
    [8, 'A', '+12025550101', 'email'],
    [8, 'B', '+12025550101', 'sms'],
    [8, 'A', undefined, null],
    [9, 'A', undefined, null],
    [9, 'B', undefined, 'sms'],
  ])('%i %s: %s gets a code by %s', async (number, side, phoneNumber, mfaType) => {
    const { booted, body } = await createdOn(number, side, phoneNumber === undefined ? {} : { phoneNumber });
    expect(body.mfaType).toBe(mfaType);
    expect(typeof (await booted.userToken(body.user.id))).toBe(mfaType === null ? 'string' : 'undefined');
  });
});

describe('contradiction 10: words of a job\'s status', () => {
  it.each<[Side, string, string]>([
    ['A', 'MFA_REQUIRED', 'COMPLETED'],
    ['B', 'Pending MFA', 'completed'],
    ['C', 'pending_mfa', 'completed'],
  ])('%s says %s and %s whatever the scenario', async (side, question, done) => {
    const booted = await on(10, side);
    for (const scenario of ['mfa', 'mfa_twice']) {
      const { call, jobId } = await runJob(booted, 'refresh', scenario);
      const word = async () => (await call(`/job/${jobId}`)).body.jobStatus;
      await booted.advance(1);
      expect(await word()).toBe(question);
      for (let answers = 0; answers < 2; answers += 1) {
        await booted.sim(`/jobs/${jobId}/mfa`, { method: 'POST' });
        await booted.advance(1);
      }
      expect(await word()).toBe(done);
    }
  });
});

describe('contradiction 11: prefix of a transaction job', () => {
  it.each<[Side, RegExp]>([
    ['A', /^TXN-/],
    ['B', /^TRN-/],
  ])('%s has %s', async (side, prefix) => {
    expect((await runJob(await on(11, side), 'transactions')).jobId).toMatch(prefix);
  });
});

describe('contradiction 12: path of the job status', () => {
  it.each<[Side, number]>([
    ['A', 404],
    ['B', 200],
  ])('%s answers %i on the new path, and the status on the old one', async (side, status) => {
    const booted = await on(12, side);
    const { call, jobId } = await runJob(booted, 'refresh');
    expect((await call(`/job/${jobId}`)).status).toBe(status);
    expect((await booted.aerosync(`/v2/job/${jobId}`, { token: await booted.apiToken() })).body).toMatchObject({ jobStatus: 'Initiated', mfaTriggered: false, jobId });
  });

  it('keeps the old path from other merchants and from unknown jobs', async () => {
    const booted = await on(12, 'A');
    const { jobId } = await runJob(booted, 'refresh');
    expect((await booted.aerosync(`/v2/job/${jobId}`, { token: await booted.apiToken(bolt) })).body.error?.code).toBe('AC-102');
    expect((await booted.aerosync('/v2/job/REF-1', { token: await booted.apiToken() })).body.error?.code).toBe('AC-102');
    expect((await booted.aerosync(`/v2/job/${jobId}`)).body.error?.code).toBe('AC-001');
  });
});

describe('contradiction 13: status key of a new job', () => {
  it.each<[Side, string, object]>([
    ['A', 'transactions', { status: 'success', identityStatus: 'Initiated' }],
    ['B', 'transactions', { status: 'success', transactionStatus: 'Initiated' }],
    ['B', 'refresh', { status: 'success', identityStatus: 'Initiated' }],
    ['C', 'refresh', { status: 'Initiated' }],
  ])('%s answers %s with %j', async (side, path, keys) => {
    const { created, jobId, id } = await runJob(await on(13, side), path);
    expect(created).toEqual({ statusCode: 200, ...keys, jobId, userId: id, connectionId: id });
  });
});

describe('contradiction 14: dates of transactions', () => {
  const days = async (side: Side, query: (jobId: string) => string) => {
    const booted = await on(14, side);
    const { call, jobId } = await runJob(booted, 'transactions', 'default', { startDate: '2026-06-12', endDate: '2026-06-14' });
    await booted.advance(2);
    return call(`/transactions?${query(jobId)}`);
  };

  it.each<[Side, number]>([
    ['A', 400],
    ['B', 200],
  ])('%s answers %i to a job_id alone', async (side, status) => {
    expect((await days(side, (jobId) => `job_id=${jobId}`)).status).toBe(status);
  });

  it.each<[Side, number]>([
    ['A', 15],
    ['B', 2],
  ])('%s has fetched %i transactions for any dates asked for', async (side, count) => {
    const { body } = await days(side, () => 'start_date=2020-01-01&end_date=2026-12-31');
    expect(body.transactions).toHaveLength(count);
  });
});

describe('contradiction 15: names of job events', () => {
  it.each<[Side, string, string[]]>([
    ['A', 'job.initiated', ['connection_id', 'job_id', 'user_id']],
    ['B', 'job.balance', ['connection_id', 'job_id', 'status', 'user_id']],
  ])('%s sends %s with %j', async (side, event, members) => {
    const receiver = await receiveWebhooks();
    const booted = await on(15, side, { merchants: [{ ...acme, webhook: { url: receiver.url } }] });
    const { jobId } = await runJob(booted, 'refresh');
    const [delivery] = await receiver.arrived(1);
    expect(delivery?.body).toMatchObject({ event, data: { job_id: jobId } });
    expect(Object.keys(delivery?.body.data ?? {}).toSorted()).toEqual(members);
  });
});

describe('contradiction 17: merchant_id of webhook management', () => {
  it.each<[Side, object, number]>([
    ['A', { merchant_id: undefined }, 200],
    ['A', { merchant_id: '2001' }, 400],
    ['B', { merchant_id: undefined }, 400],
    ['B', { merchant_id: '1456' }, 200],
  ])('%s answers %j with %i', async (side, body, status) => {
    const { management } = await on(17, side);
    expect((await management('/webhooks/list', { body })).status).toBe(status);
  });
});

describe('contradiction 18: words of connectionStatus', () => {
  it.each<[Side, string[]]>([
    ['A', ['CONNECTED', 'failure', 'failure']],
    ['B', ['ACTIVE', 'EXPIRED_CONSENT', 'REVOKED_BY_USER']],
    ['C', ['ACTIVE', 'FAILURE', 'REVOKED_BY_USER']],
  ])('%s says %j', async (side, words) => {
    const booted = await on(18, side);
    const said: unknown[] = [];
    for (const scenario of ['default', 'expired_consent', 'revoked']) {
      const id = await booted.linkBank(scenario);
      said.push((await booted.aerosync(`/v2/accounts/${id}`, { token: await booted.apiToken() })).body.account.connectionStatus);
    }
    expect(said).toEqual(words);
  });
});

describe('contradiction 25: how often an account may be linked', () => {
  it.each<[Side, number]>([
    ['A', 3],
    ['B', 5],
  ])('%s allows %i times', async (side, times) => {
    const booted = await on(25, side);
    const { user } = (await booted.createUser()).body;
    const { connectionId } = (await booted.sim('/connections', { body: { aeroPassUserUuid: user.id } })).body;
    const token = await booted.userToken(user.id);
    const codes: unknown[] = [];
    for (let count = 0; count <= times; count += 1) codes.push((await booted.aeropay('/v2/linkAccountFromAggregator', { token, body: { connectionId, aggregator: 'aerosync' } })).body.code);
    expect(codes).toEqual([...Array<undefined>(times).fill(undefined), 'AP415']);
  });
});

describe('contradictions 26 and 27: types', () => {
  it.each<[Side, unknown]>([
    ['A', 1800],
    ['B', '1800'],
  ])('26 %s: every TTL is %j', async (side, ttl) => {
    const { aeropay, aerosync, v1 } = await on(26, side);
    const replies = [await aeropay('/v2/token', { body: merchantToken }), await aerosync('/v2/token', { body: acme.aerosync }), await v1('/token', { body: guideToken })];
    expect(replies.map(({ body }) => (body as unknown as { TTL: unknown }).TTL)).toEqual([ttl, ttl, ttl]);
  });

  it.each<[Side, unknown, string | undefined]>([
    ['A', '1456', undefined],
    ['A', 1456, 'AP701'],
    ['B', '1456', 'AP701'],
    ['B', 1456, undefined],
  ])('27 %s: the merchant id %j is answered by %s', async (side, id, code) => {
    const { aeropay } = await on(27, side);
    expect((await aeropay('/v2/token', { body: { ...merchantToken, id } })).body.error?.code).toBe(code);
  });
});

describe('contradictions 28 and 29: spelling', () => {
  it.each<[Side, string, string]>([
    ['A', 'CHECKING', 'SAVINGS'],
    ['B', 'checking', 'savings'],
  ])('28 %s: %s, %s', async (side, checking, savings) => {
    const booted = await on(28, side);
    const types: unknown[] = [];
    for (const scenario of ['default', 'savings']) {
      types.push((await booted.aerosync(`/v2/accounts/${await booted.linkBank(scenario)}`, { token: await booted.apiToken() })).body.account.accountType);
    }
    const { user } = (await booted.createUser()).body;
    const { accounts } = (await booted.sim('/connections', { body: { aeroPassUserUuid: user.id, scenario: 'multi_account' } })).body;
    expect([...types, ...(accounts ?? []).map(({ accountType }) => accountType)]).toEqual([checking, savings, checking, savings, checking]);
  });

  it.each<[Side, RegExp]>([
    ['A', hex32],
    ['B', uuid],
  ])('29 %s: a connection id looks like %s everywhere', async (side, form) => {
    const receiver = await receiveWebhooks();
    const booted = await on(29, side, { merchants: [{ ...acme, webhook: { url: receiver.url } }] });
    const { user } = (await booted.createUser()).body;
    const payload = (await booted.sim('/connections', { body: { aeroPassUserUuid: user.id } })).body;
    const token = await booted.apiToken();
    const { body: created } = await booted.aerosync(`/v2/accounts/${payload.connectionId}/identity`, { method: 'POST', token });
    await booted.advance(2);
    const userToken = await booted.userToken(user.id);
    await booted.aeropay('/v2/linkAccountFromAggregator', { token: userToken, body: { connectionId: payload.connectionId, aggregator: 'aerosync' } });
    const [delivery] = await receiver.arrived(1);

    const ids = [
      payload,
      created,
      (await booted.aerosync(`/v2/accounts/${payload.connectionId}/job/${created.jobId}`, { token })).body,
      (await booted.aerosync(`/v2/accounts/${payload.connectionId}/balance`, { token })).body.account,
      (await booted.aerosync(`/v2/accounts/${payload.connectionId}/identity`, { token })).body.identity,
      (await booted.aeropay('/v2/bankAccounts', { token: userToken })).body.bankAccounts[0],
    ].map((reply) => (reply as { connectionId?: string }).connectionId);

    expect([...ids, (delivery?.body.data as unknown as { connection_id: string }).connection_id]).toEqual(Array<unknown>(7).fill(matching(form)));
  });
});

describe('POST /sim/contradictions', () => {
  it('changes sides while upstream runs, and DELETE takes it back', async () => {
    const { sim, aeropay } = await bootSimulator();
    const status = async () => (await aeropay('/v2/token', { body: { ...merchantToken, apiSecret: 'wrong' } })).status;

    const { body } = await sim('/contradictions', { body: { number: 5, side: 'B' } });
    expect(body).toEqual({ number: 5, topic: aText, sides: { A: aText, B: aText, C: aText, D: aText }, usual: 'A', side: 'B' });
    expect(await status()).toBe(401);

    await sim('/contradictions', { method: 'DELETE' });
    expect(await status()).toBe(400);
  });

  it('lists what can be chosen', async () => {
    const { sim } = await on(18, 'C');
    const { contradictions } = (await sim('/contradictions')).body;
    expect(contradictions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 24, 25, 26, 27, 28, 29]);
    expect(contradictions.find(({ number }) => number === 18)).toMatchObject({ usual: null, side: 'C' });
    expect(contradictions.find(({ number }) => number === 10)).toMatchObject({ usual: null, side: null });
  });

  it.each([
    [{ number: 16, side: 'A' }, 'Contradiction 16 cannot be chosen'],
    [{ number: 1, side: 'C' }, 'Contradiction 1 has no side C'],
    [{ number: 1, side: 'Z' }, 'Check "side"'],
    [{ number: 1 }, 'Check "side"'],
  ])('refuses %j', async (body, sentence) => {
    const { sim } = await bootSimulator();
    expect(await sim('/contradictions', { body })).toMatchObject({ status: 400, body: { error: containing(sentence) } });
  });

  it('refuses an option that does not exist at the start', async () => {
    await expect(on(99, 'A')).rejects.toThrow('Contradiction 99 cannot be chosen');
  });
});
