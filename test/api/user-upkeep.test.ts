import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import { aPerson, createUser, linkBank } from '../support/api-world.ts';
import { aBankAccount, networkUser } from '../support/fake-upstream.ts';
import { failNext } from '../support/fail-next.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  api.upstream.reset();
  merchant = await api.newMerchant();
});

const post = (path: string, body?: Record<string, unknown>) => api.call('POST', path, { key: merchant.key, ...(body !== undefined && { body }) });
const get = (path: string, query?: Record<string, string>) => api.call('GET', path, { key: merchant.key, ...(query !== undefined && { query }) });
const patch = (path: string, body: Record<string, unknown>) => api.call('PATCH', path, { key: merchant.key, body });
async function unverified(): Promise<string> {
  api.upstream.answerCreate = networkUser;
  const user = await createUser(api, merchant);
  api.upstream.calls.length = 0;
  return String(user['id']);
}

describe('POST /v1/users/{userId}/verification/resend', () => {
  it('asks upstream for a new code, which then has its 15 minutes and its five tries', async () => {
    const userId = await unverified();
    api.clock.advance(61);
    const reply = await post(`/v1/users/${userId}/verification/resend`);
    expect(reply.status).toBe(202);
    expect(reply.body['verification']).toMatchObject({ expiresAt: new Date(api.clock.now().getTime() + 15 * 60_000).toISOString() });
    expect(api.upstream.calls).toEqual(['create user']);
  });

  it.each([null, 'renewed-uuid'])('keeps the ids under which upstream then knows the person, and confirms by them: uuid %s', async (aeroPassUserUuid) => {
    const userId = await unverified();
    api.clock.advance(61);
    api.upstream.answerCreate = async () => ({ upstreamUserId: 'renewed', aeroPassUserUuid, verification: { channel: 'sms', destination: null } });
    await post(`/v1/users/${userId}/verification/resend`);
    expect(await api.deps.users.find(merchant.merchantId, userId)).toMatchObject({ upstreamUserId: 'renewed', aeroPassUserUuid, status: 'verification_required' });
    await post(`/v1/users/${userId}/verification`, { code: '000000' });
    expect(api.upstream.confirmedAs).toEqual({ upstreamUserId: 'renewed', aeroPassUserUuid });
  });

  it('is refused within a minute of the last code, the first included, and asks nothing upstream', async () => {
    const userId = await unverified();
    api.clock.advance(59);
    const reply = await post(`/v1/users/${userId}/verification/resend`);
    expect([reply.status, reply.body['code'], reply.headers['retry-after']]).toEqual([429, 'TooManyRequests', '1']);
    expect(api.upstream.calls).toEqual([]);
  });

  it('sends five codes in 24 hours, and the next one a day after the first', async () => {
    const userId = await unverified();
    const statuses: number[] = [];
    for (let count = 0; count < 5; count++) {
      api.clock.advance(61);
      statuses.push((await post(`/v1/users/${userId}/verification/resend`)).status);
    }
    expect(statuses).toEqual([202, 202, 202, 202, 429]);
    api.clock.advance(24 * 3600);
    expect((await post(`/v1/users/${userId}/verification/resend`)).status).toBe(202);
  });

  it('asks upstream once for 20 at the same time', async () => {
    const userId = await unverified();
    api.clock.advance(61);
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(`/v1/users/${userId}/verification/resend`)));
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(19);
    expect(api.upstream.calls).toEqual(['create user']);
  });

  it('is a conflict for an active person, whom asking upstream would disconnect', async () => {
    const user = await createUser(api, merchant);
    api.upstream.calls.length = 0;
    const reply = await post(`/v1/users/${String(user['id'])}/verification/resend`);
    expect([reply.status, reply.body['code']]).toEqual([409, 'Conflict']);
    expect(api.upstream.calls).toEqual([]);
  });

  it('is a conflict for a person who is confirmed at this very moment, too', async () => {
    const userId = await unverified();
    api.clock.advance(61);
    const reserveCode = api.deps.users.reserveCode.bind(api.deps.users);
    api.deps.users.reserveCode = async (user, codesSentAt) => {
      await post(`/v1/users/${userId}/verification`, { code: '000000' });
      return reserveCode(user, codesSentAt);
    };
    const reply = await post(`/v1/users/${userId}/verification/resend`);
    api.deps.users.reserveCode = reserveCode;
    expect([reply.status, reply.body['code']]).toEqual([409, 'Conflict']);
    expect(api.upstream.calls).toEqual(['confirm user']);
  });
});

describe('a person whose uuid upstream did not tell yet', () => {
  it('is read from upstream at the first need, once', async () => {
    api.upstream.answerCreate = async () => ({ upstreamUserId: '11622', aeroPassUserUuid: null, verification: null });
    const user = await createUser(api, merchant);
    api.upstream.answerProfile = async () => ({ isActive: true, aeroPassUserUuid: '0f2542a4-8e60-4a72-b3a1-064f2d6943e8', firstName: null, lastName: null, email: null, phoneNumber: null });
    api.upstream.calls.length = 0;
    const path = `/v1/users/${String(user['id'])}/widget-tokens`;
    expect((await post(path, { purpose: 'link' })).body['widget']).toMatchObject({ aeroPassUserUuid: '0f2542a4-8e60-4a72-b3a1-064f2d6943e8' });
    expect((await post(path, { purpose: 'link' })).status).toBe(201);
    expect(api.upstream.calls).toEqual(['read profile', 'mint widget token', 'mint widget token']);
  });
});

describe('a widget token that upstream refuses because the person is not confirmed', () => {
  it('leads the person back to a code', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerMint = () => Promise.reject(new AppError('VerificationRequired', 'not associated', { upstreamCode: 'AP002' }));
    const path = `/v1/users/${String(user['id'])}`;
    expect((await post(`${path}/widget-tokens`, { purpose: 'link' })).body['code']).toBe('VerificationRequired');
    expect((await post(`${path}/verification/resend`)).status).toBe(202);
  });
});

describe('a confirmation whose reply was lost', () => {
  it('is found to have succeeded by reading upstream before the code is sent again', async () => {
    const userId = await unverified();
    api.upstream.answerConfirm = () => Promise.reject(new AppError('UpstreamUnavailable', 'the reply was lost'));
    expect((await post(`/v1/users/${userId}/verification`, { code: '000000' })).status).toBe(503);
    api.upstream.calls.length = 0;

    const again = await post(`/v1/users/${userId}/verification`, { code: '000000' });
    expect([again.status, again.body['status']]).toEqual([200, 'active']);
    expect(api.upstream.calls).toEqual(['read profile']);
  });

  it('is found to have succeeded also where the function died that waited for it, once upstream cannot answer any more', async () => {
    const userId = await unverified();
    failNext(api.deps.users, 'confirm');
    expect((await post(`/v1/users/${userId}/verification`, { code: '000000' })).status).toBe(500);
    api.upstream.answerConfirm = () => Promise.reject(new AppError('VerificationFailed', 'a code counts once', { upstreamCode: 'AP111' }));
    api.clock.advance(1);
    // Sent again at once, the code is refused, and nothing tells yet that it was right.
    expect((await post(`/v1/users/${userId}/verification`, { code: '000000' })).status).toBe(422);
    api.clock.advance(21);
    api.upstream.calls.length = 0;

    const again = await post(`/v1/users/${userId}/verification`, { code: '000000' });
    expect([again.status, again.body['status']]).toEqual([200, 'active']);
    expect(api.upstream.calls).toEqual(['read profile']);
  });

  it('leads no wrong code past upstream, however long after another wrong one', async () => {
    const userId = await unverified();
    api.upstream.answerConfirm = () => Promise.reject(new AppError('VerificationFailed', 'wrong', { upstreamCode: 'AP111' }));
    for (let tries = 0; tries < 2; tries++) {
      expect((await post(`/v1/users/${userId}/verification`, { code: '111111' })).status).toBe(422);
      api.clock.advance(60);
    }
    expect(api.upstream.calls).not.toContain('read profile');
  });

  it('is sent again when upstream does not know the person as confirmed', async () => {
    const userId = await unverified();
    api.upstream.answerConfirm = () => Promise.reject(new AppError('UpstreamUnavailable', 'the reply was lost'));
    await post(`/v1/users/${userId}/verification`, { code: '000000' });
    api.upstream.reset();
    api.upstream.answerProfile = () => Promise.reject(new AppError('VerificationRequired', 'not confirmed'));

    expect((await post(`/v1/users/${userId}/verification`, { code: '000000' })).status).toBe(200);
    expect(api.upstream.calls).toEqual(['read profile', 'confirm user']);
  });
});

describe('GET /v1/users/{userId}?refresh=true', () => {
  it("stores upstream's profile", async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerProfile = async () => ({ isActive: true, aeroPassUserUuid: null, firstName: 'Janet', lastName: null, email: 'janet@example.com', phoneNumber: null });
    const reply = await get(`/v1/users/${String(user['id'])}`, { refresh: 'true' });
    expect(reply.body).toMatchObject({ firstName: 'Janet', lastName: String(user['lastName']), email: 'janet@example.com', status: 'active' });
    expect((await get(`/v1/users/${String(user['id'])}`)).body).toEqual(reply.body);
  });

  it('asks a person for a code again whom upstream no longer knows at this merchant', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerProfile = () => Promise.reject(new AppError('VerificationRequired', 'not associated', { upstreamCode: 'AP002' }));
    expect((await get(`/v1/users/${String(user['id'])}`, { refresh: 'true' })).body).toMatchObject({ status: 'verification_required', verification: null });
    expect((await post(`/v1/users/${String(user['id'])}/verification/resend`)).status).toBe(202);
  });

  it('asks nothing upstream without it', async () => {
    const user = await createUser(api, merchant);
    api.upstream.calls.length = 0;
    await get(`/v1/users/${String(user['id'])}`);
    expect(api.upstream.calls).toEqual([]);
  });
});

describe('PATCH /v1/users/{userId}', () => {
  it('changes what is named, ours only', async () => {
    const user = await createUser(api, merchant);
    api.upstream.calls.length = 0;
    const reply = await patch(`/v1/users/${String(user['id'])}`, { externalId: 'renamed', email: 'new@example.com' });
    expect(reply.body).toEqual({ ...user, externalId: 'renamed', email: 'new@example.com' });
    expect((await get('/v1/users', { externalId: 'renamed' })).body['items']).toEqual([reply.body]);
    expect(api.upstream.calls).toEqual([]);
  });

  it("is a conflict with another person's external id", async () => {
    const [user, other] = [await createUser(api, merchant), await createUser(api, merchant)];
    const reply = await patch(`/v1/users/${String(user['id'])}`, { externalId: other['externalId'] });
    expect([reply.status, reply.body['code']]).toEqual([409, 'Conflict']);
  });

  it('refuses the phone number, which is the person', async () => {
    const user = await createUser(api, merchant);
    const reply = await patch(`/v1/users/${String(user['id'])}`, { firstName: 'Janet', phoneNumber: aPerson().phoneNumber });
    expect(reply.body['errors']).toEqual([{ path: 'phoneNumber', message: 'is not a known field' }]);
  });
});

describe('bank accounts for payments', () => {
  it('are listed as upstream has them', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerBankAccounts = async () => [aBankAccount(), aBankAccount({ id: '2', bankName: null, isDefault: false })];
    const reply = await get(`/v1/users/${String(user['id'])}/bank-accounts`);
    expect(reply.body['items']).toEqual([aBankAccount(), aBankAccount({ id: '2', bankName: null, isDefault: false })]);
  });

  it('link a connection once: one that is linked already is answered without a second link', async () => {
    const { user, connectionId } = await linkBank(api, merchant);
    const path = `/v1/users/${String(user['id'])}/bank-accounts`;
    api.upstream.calls.length = 0;
    expect((await post(path, { connectionId })).status).toBe(201);
    api.upstream.answerBankAccounts = async () => [aBankAccount({ connectionId })];
    expect((await post(path, { connectionId })).body).toEqual(aBankAccount({ connectionId }));
    expect(api.upstream.calls).toEqual(['list bank accounts', 'link bank account', 'list bank accounts']);
  });

  it("pass an old SDK's pair on and store it nowhere", async () => {
    const user = await createUser(api, merchant);
    const reply = await post(`/v1/users/${String(user['id'])}/bank-accounts`, { user_id: 'canary-user', user_password: 'canary-password' });
    expect(reply.status).toBe(201);
    expect(JSON.stringify(api.logLines)).not.toMatch(/canary/);
  });

  it("are never linked over another person's connection, whatever the payload calls it", async () => {
    const { connectionId } = await linkBank(api, merchant);
    const { body: other } = await api.call('POST', '/v1/users', { key: merchant.key, body: { externalId: 'other', firstName: 'Joe', lastName: 'Doe', phoneNumber: '+12025550188', email: 'joe@example.com' } });
    api.upstream.calls.length = 0;
    const payloads = [{ connectionId }, { user_id: connectionId, user_password: 'x' }, { user_id: String(other['aeroPassUserUuid']), user_password: connectionId }];
    for (const payload of payloads) expect(await post(`/v1/users/${String(other['id'])}/bank-accounts`, payload)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect(api.upstream.calls.filter((call) => call === 'link bank account')).toEqual([]);
  });

  it('mark a person whom upstream does not know as confirmed', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerBankAccounts = () => Promise.reject(new AppError('VerificationRequired', 'not associated', { upstreamCode: 'AP002' }));
    const path = `/v1/users/${String(user['id'])}`;
    expect((await get(`${path}/bank-accounts`)).body['code']).toBe('VerificationRequired');
    expect((await get(path)).body['status']).toBe('verification_required');
  });
});

describe('POST /v1/connections/{connectionId}/check', () => {
  it('clears a mark when upstream is healthy again', async () => {
    const { connectionId } = await linkBank(api, merchant);
    await api.deps.connections.mark(merchant.merchantId, connectionId, 'reconnect_required', new Date(api.clock.now().getTime() + 1000));
    api.clock.advance(2);
    const reply = await post(`/v1/connections/${connectionId}/check`);
    expect([reply.status, reply.body['status']]).toEqual([200, 'connected']);
  });

  it('marks a connection whose bank asks for the person', async () => {
    const { connectionId } = await linkBank(api, merchant);
    api.upstream.answerAccount = () => Promise.reject(new AppError('UserActionRequired', 'reconnect', { upstreamCode: 'AC-104' }));
    expect((await post(`/v1/connections/${connectionId}/check`)).body['status']).toBe('reconnect_required');
  });

  it('says when upstream cannot be read, and leaves the connection as it was', async () => {
    const { connectionId } = await linkBank(api, merchant);
    api.upstream.answerAccount = () => Promise.reject(new AppError('UpstreamUnavailable', 'no reply'));
    expect((await post(`/v1/connections/${connectionId}/check`)).status).toBe(503);
    expect((await get(`/v1/connections/${connectionId}`)).body['status']).toBe('connected');
  });
});

describe("an old SDK's onSuccess payload", () => {
  const old = (userId: string, password?: string) => ({ user_id: userId, ...(password !== undefined && { user_password: password }), ClientName: 'client3', FILoginAcctId: '{}' });

  it('is saved under its user_id', async () => {
    const user = await createUser(api, merchant);
    const reply = await post(`/v1/users/${String(user['id'])}/connections`, old('a2c7f64f-3df9-4090-b3bd-ad6fc3003c90', '735e33b9-78ec-4887-99d7-a3056997ceb9'));
    expect(reply.status).toBe(201);
    expect(reply.body['items']).toMatchObject([{ id: 'a2c7f64f3df94090b3bdad6fc3003c91'.replace(/1$/, '0') }]);
  });

  it('is saved under its user_password where upstream knows that one instead', async () => {
    const user = await createUser(api, merchant);
    const known = api.upstream.answerAccount;
    api.upstream.answerAccount = async (id) => {
      if (id.startsWith('b2c7')) throw new AppError('NotFound', 'unknown');
      return known(id);
    };
    const reply = await post(`/v1/users/${String(user['id'])}/connections`, old('b2c7f64f-3df9-4090-b3bd-ad6fc3003c90', '835e33b9-78ec-4887-99d7-a3056997ceb9'));
    expect(reply.body['items']).toMatchObject([{ id: '835e33b978ec488799d7a3056997ceb9' }]);
    expect(reply.body['refused']).toBeUndefined();
  });
});

describe('300 codes at the same time', () => {
  it('reach upstream five times', async () => {
    const userId = await unverified();
    api.upstream.answerConfirm = () => Promise.reject(new AppError('VerificationFailed', 'wrong', { upstreamCode: 'AP111' }));
    const replies = await Promise.all(Array.from({ length: 300 }, (_, index) => post(`/v1/users/${userId}/verification`, { code: String(100_000 + index) })));
    expect(api.upstream.calls).toEqual(Array.from({ length: 5 }, () => 'confirm user'));
    expect(replies.filter(({ status }) => status !== 422 && status !== 429)).toEqual([]);
  });
});
