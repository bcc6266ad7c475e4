import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import { aConnectionId, createUser, linkBank } from '../support/api-world.ts';
import { anAccount, networkUser, refusing, silence } from '../support/fake-upstream.ts';
import { startApi, type ApiReply, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  merchant = await api.newMerchant();
  api.upstream.reset();
});

const save = (userId: unknown, body: unknown) => api.call('POST', `/v1/users/${String(userId)}/connections`, { key: merchant.key, body });
const get = (path: string, query: Record<string, string> = {}) => api.call('GET', path, { key: merchant.key, query });
const ids = (reply: ApiReply) => (reply.body['items'] as { id: string }[]).map(({ id }) => id);

describe('POST /v1/users/{userId}/connections', () => {
  it('stores a single connection as upstream describes it, and answers 201', async () => {
    const user = await createUser(api, merchant);
    const connectionId = aConnectionId();
    const reply = await save(user['id'], { connectionId, clientName: 'Shop', aeroPassUserUuid: user['aeroPassUserUuid'] as string, newField: { of: 'upstream' } });
    expect(reply.status).toBe(201);
    const now = api.clock.now().toISOString();
    expect(reply.body).toEqual({
      items: [
        {
          id: connectionId,
          userId: String(user['id']),
          status: 'connected',
          upstreamStatus: 'CONNECTED',
          institution: { name: 'Aerobank', uuid: null },
          account: { nickname: 'Everyday', type: 'checking', display: '4321', numberType: 'Tokenized' },
          canFetchBalance: true,
          expiresAt: '2027-01-02T15:47:48.000Z',
          createdAt: now,
          checkedAt: now,
        },
      ],
    });
    expect((await get(`/v1/connections/${connectionId}`)).body).toEqual((reply.body['items'] as unknown[])[0]);
    expect(await api.stored()).not.toContain('00100000987654321');
  });

  it('stores several accounts of one login', async () => {
    const user = await createUser(api, merchant);
    const [first, second] = [aConnectionId(), aConnectionId()];
    const reply = await save(user['id'], { accounts: [{ connectionId: first, accountType: 'CHECKING', accountNumberDisplay: '1111' }, { connectionId: second }], clientName: 'Shop' });
    expect(reply.status).toBe(201);
    expect(ids(reply)).toEqual([first, second]);
    expect(reply.body).not.toHaveProperty('refused');
  });

  it.each([{ clientName: null, aeroPassUserUuid: null }, { accounts: null }, { ClientName: null, FILoginAcctId: null }])('takes a payload with fields that say nothing: %j', async (nothing) => {
    const user = await createUser(api, merchant);
    const connectionId = aConnectionId();
    const reply = await save(user['id'], { ...('ClientName' in nothing ? { user_id: connectionId, user_password: null } : { connectionId }), ...nothing });
    expect(reply.status).toBe(201);
    expect(ids(reply)).toEqual([connectionId]);
  });

  it('knows one connection in each of its spellings', async () => {
    const user = await createUser(api, merchant);
    const connectionId = aConnectionId();
    const dashed = connectionId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5').toUpperCase();
    const reply = await save(user['id'], { accounts: [{ connectionId: dashed }, { connectionId }] });
    expect(ids(reply)).toEqual([connectionId]);
    expect(await save(user['id'], { connectionId })).toMatchObject({ status: 200 });
    expect(await get(`/v1/connections/${dashed}`)).toMatchObject({ status: 200, body: { id: connectionId } });
    expect(api.upstream.calls.filter((call) => call.startsWith('read account'))).toEqual([`read account ${connectionId}`, `read account ${connectionId}`]);
  });

  it('answers 200 when all were known to this user, having read them again', async () => {
    const { user, connectionId } = await linkBank(api, merchant);
    const stored = await get(`/v1/connections/${connectionId}`);
    api.clock.advance(60);
    api.upstream.answerAccount = async () => anAccount({ upstreamStatus: 'ACTIVE' });
    const reply = await save(user['id'], { connectionId });
    expect(reply).toMatchObject({ status: 200, body: { items: [{ upstreamStatus: 'ACTIVE', createdAt: String(stored.body['createdAt']), checkedAt: api.clock.now().toISOString() }] } });
    expect(await save(user['id'], { accounts: [{ connectionId }, { connectionId: aConnectionId() }] })).toMatchObject({ status: 201 });
  });

  it.each(['reconnect_required', 'revoked'] as const)('clears %s when the connection is healthy again', async (status) => {
    const { user, connectionId } = await linkBank(api, merchant);
    await api.deps.connections.mark(merchant.merchantId, connectionId, status, api.clock.now());
    expect(await get(`/v1/connections/${connectionId}`)).toMatchObject({ body: { status } });
    expect(await save(user['id'], { connectionId })).toMatchObject({ status: 200, body: { items: [{ status: 'connected' }] } });
  });

  it('answers Conflict for a connection that another user has, without asking upstream', async () => {
    const { connectionId } = await linkBank(api, merchant);
    const stranger = await createUser(api, merchant);
    api.upstream.reset();
    const before = await api.stored();
    expect(await save(stranger['id'], { connectionId })).toMatchObject({ status: 409, body: { code: 'Conflict' } });
    expect(api.upstream.calls).toEqual([]);
    expect(await api.stored()).toBe(before);
  });

  it('gives a connection that two users save at once to one of them', async () => {
    const [one, other] = [await createUser(api, merchant), await createUser(api, merchant)];
    const connectionId = aConnectionId();
    const replies = await Promise.all([save(one['id'], { connectionId }), save(other['id'], { connectionId })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('answers Conflict, without asking upstream, when the widget was opened for somebody else', async () => {
    const user = await createUser(api, merchant);
    api.upstream.reset();
    const before = await api.stored();
    expect(await save(user['id'], { connectionId: aConnectionId(), aeroPassUserUuid: '00000000-0000-4000-8000-000000000000' })).toMatchObject({ status: 409, body: { code: 'Conflict' } });
    expect(api.upstream.calls).toEqual([]);
    expect(await api.stored()).toBe(before);
    expect(await save(user['id'], { connectionId: aConnectionId(), aeroPassUserUuid: `us-east-1:${String(user['aeroPassUserUuid']).toUpperCase()}` })).toMatchObject({ status: 201 });
  });

  it('answers NotFound for a connection that upstream does not know, and stores nothing', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerAccount = refusing('NotFound', { upstreamCode: 'AC-102' });
    const before = await api.stored();
    expect(await save(user['id'], { connectionId: aConnectionId() })).toMatchObject({ status: 404, body: { code: 'NotFound', upstreamCode: 'AC-102' } });
    expect(await api.stored()).toBe(before);
  });

  it('asks for the code first', async () => {
    api.upstream.answerCreate = networkUser;
    const user = await createUser(api, merchant);
    expect(await save(user['id'], { connectionId: aConnectionId() })).toMatchObject({ status: 409, body: { code: 'VerificationRequired' } });
    expect(api.upstream.calls).toEqual(['create user']);
  });

  it.each([
    ['does not answer', silence],
    ['asks to slow down', refusing('UpstreamThrottled')],
  ])('stores a connection as unknown while upstream %s, and reads it at its next use', async (_case, answer) => {
    const user = await createUser(api, merchant);
    const connectionId = aConnectionId();
    api.upstream.answerAccount = answer;
    const reply = await save(user['id'], { connectionId });
    expect(reply).toMatchObject({ status: 201, body: { items: [{ id: connectionId, status: 'unknown', upstreamStatus: null, checkedAt: null, canFetchBalance: null, account: { type: 'unknown', display: null } }] } });
    expect(await get(`/v1/connections/${connectionId}`)).toMatchObject({ status: 200, body: { status: 'unknown', checkedAt: null } });
    api.upstream.reset();
    expect(await get(`/v1/connections/${connectionId}`)).toMatchObject({ body: { status: 'connected', checkedAt: api.clock.now().toISOString(), account: { display: '4321' } } });
    expect(await get(`/v1/connections/${connectionId}`)).toMatchObject({ body: { status: 'connected' } });
    expect(api.upstream.calls).toEqual([`read account ${connectionId}`]);
  });

  it('keeps what is known of a renewed connection while upstream cannot answer', async () => {
    const { user, connectionId } = await linkBank(api, merchant);
    await api.deps.connections.mark(merchant.merchantId, connectionId, 'reconnect_required', api.clock.now());
    api.upstream.answerAccount = silence;
    expect(await save(user['id'], { connectionId })).toMatchObject({ status: 200, body: { items: [{ status: 'unknown', checkedAt: null, account: { display: '4321' }, canFetchBalance: true }] } });
  });

  it('stores a connection that the bank already wants renewed as reconnect_required', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerAccount = refusing('UserActionRequired', { upstreamCode: 'AC-104' });
    expect(await save(user['id'], { connectionId: aConnectionId() })).toMatchObject({ status: 201, body: { items: [{ status: 'reconnect_required' }] } });
  });

  it('judges several each alone, and names the refused ones', async () => {
    const { connectionId: taken } = await linkBank(api, merchant);
    const user = await createUser(api, merchant);
    const [good, missing, silent] = [aConnectionId(), aConnectionId(), aConnectionId()];
    api.upstream.answerAccount = async (connectionId) => {
      if (connectionId === missing) throw new AppError('NotFound', 'unknown', { upstreamCode: 'AC-102' });
      if (connectionId === silent) return silence();
      return anAccount();
    };
    const reply = await save(user['id'], { accounts: [taken, good, missing, silent].map((connectionId) => ({ connectionId })) });
    expect(reply.status).toBe(201);
    expect(ids(reply)).toEqual([good, silent]);
    expect(reply.body['refused']).toEqual([
      { connectionId: taken, code: 'Conflict' },
      { connectionId: missing, code: 'NotFound' },
    ]);
  });

  it('fails when all are refused', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerAccount = refusing('NotFound', { upstreamCode: 'AC-102' });
    const before = await api.stored();
    expect(await save(user['id'], { accounts: [{ connectionId: aConnectionId() }, { connectionId: aConnectionId() }] })).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect(await api.stored()).toBe(before);
  });

  it.each([
    [{}, ['accounts', 'connectionId', 'user_id']],
    [{ user_id: 'not-hex', user_password: 'x' }, ['user_id']],
    [{ connectionId: 'not-hex' }, ['connectionId']],
    [{ accounts: [] }, ['accounts']],
    [{ accounts: [{ connectionId: 'not-hex' }] }, ['accounts.0.connectionId']],
    [{ accounts: [{}] }, ['accounts.0.connectionId']],
    [{ accounts: Array.from({ length: 21 }, () => ({ connectionId: aConnectionId() })) }, ['accounts']],
    [{ accounts: { connectionId: 1 } }, ['accounts']],
  ])('refuses %j', async (body, paths) => {
    const user = await createUser(api, merchant);
    api.upstream.reset();
    const reply = await save(user['id'], body);
    expect(reply).toMatchObject({ status: 400, body: { code: 'InvalidRequest' } });
    expect((reply.body['errors'] as { path: string }[]).map(({ path }) => path).sort()).toEqual(paths);
    expect(api.upstream.calls).toEqual([]);
  });

  it('takes twenty accounts at once', async () => {
    const user = await createUser(api, merchant);
    expect(ids(await save(user['id'], { accounts: Array.from({ length: 20 }, () => ({ connectionId: aConnectionId() })) }))).toHaveLength(20);
  });
});

describe('lists of connections', () => {
  it('show all of a merchant and all of a user, newest first, in pages', async () => {
    const { user, connectionId: oldest } = await linkBank(api, merchant);
    const linked = [oldest];
    for (let count = 0; count < 4; count++) {
      api.clock.advance(1);
      const connectionId = aConnectionId();
      await save(user['id'], { connectionId });
      linked.unshift(connectionId);
    }
    api.clock.advance(1);
    const { connectionId: othersOne } = await linkBank(api, merchant);
    expect(ids(await get('/v1/connections'))).toEqual([othersOne, ...linked]);
    const path = `/v1/users/${String(user['id'])}/connections`;
    const first = await get(path, { limit: '3' });
    const second = await get(path, { limit: '3', cursor: String(first.body['nextCursor']) });
    expect([...ids(first), ...ids(second)]).toEqual(linked);
    expect(second.body['nextCursor']).toBeNull();
    expect(ids(await get('/v1/connections', { userId: String(user['id']) }))).toEqual(linked);
    expect(ids(await get(path, { userId: String(user['id']) }))).toEqual(linked);
    expect(ids(await get(path, { userId: 'usr_other' }))).toEqual([]);
  });

  it('filter by status and expiry, and bind the cursor to the filter', async () => {
    const user = await createUser(api, merchant);
    const [healthy, broken, soon] = [aConnectionId(), aConnectionId(), aConnectionId()];
    api.upstream.answerAccount = async (connectionId) => anAccount({ status: connectionId === broken ? 'reconnect_required' : 'connected', expiresAt: connectionId === soon ? '2026-03-05T00:00:00.000Z' : null });
    await save(user['id'], { accounts: [healthy, broken, soon].map((connectionId) => ({ connectionId })) });
    expect(ids(await get('/v1/connections', { status: 'reconnect_required' }))).toEqual([broken]);
    for (const [expiresBefore, found] of [['2026-04-01T00:00:00Z', [soon]], ['2026-03-05T00:00:00.001000+00:00', [soon]], ['2026-03-05T00:00:00+00:00', []], ['2026-03-05T01:00:01+01:00', [soon]], ['2026-03-05T00:59:59+01:00', []]] as const) {
      expect(ids(await get('/v1/connections', { expiresBefore })), expiresBefore).toEqual(found);
    }
    const cursor = String((await get('/v1/connections', { status: 'connected', limit: '1' })).body['nextCursor']);
    expect(await get('/v1/connections', { status: 'connected', cursor })).toMatchObject({ status: 200 });
    for (const query of [{ cursor }, { status: 'revoked', cursor }]) {
      expect(await get('/v1/connections', query)).toMatchObject({ status: 400, body: { errors: [{ path: 'cursor' }] } });
    }
    expect(await get(`/v1/users/${String(user['id'])}/connections`, { status: 'connected', cursor })).toMatchObject({ status: 400, body: { errors: [{ path: 'cursor' }] } });
  });

  it('are empty for a filter that names nobody, and NotFound for a path that does', async () => {
    expect(await get('/v1/connections', { userId: 'usr_nobody' })).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
    expect(await get('/v1/users/usr_nobody/connections')).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });

  it.each([{ status: 'fine' }, { expiresBefore: 'tomorrow' }, { expiresBefore: '2026-04-01' }, { userId: 'a#b' }])('refuse the filter %j', async (query) => {
    expect(await get('/v1/connections', query)).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: Object.keys(query)[0] }] } });
  });
});

describe('GET /v1/connections/{connectionId}/account', () => {
  it('reads the full numbers live, and stores and logs none of them', async () => {
    const { connectionId } = await linkBank(api, merchant);
    api.upstream.reset();
    const before = await api.stored();
    const reply = await get(`/v1/connections/${connectionId}/account`);
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(reply.body).toEqual({
      connectionId,
      accountNumber: '00100000987654321',
      routingNumber: '000000111',
      accountNumberType: 'Tokenized',
      accountType: 'checking',
      bankName: 'Aerobank',
      connectionStatus: 'connected',
      expiresAt: '2027-01-02T15:47:48.000Z',
    });
    await get(`/v1/connections/${connectionId}/account`);
    expect(api.upstream.calls).toEqual([`read account ${connectionId}`, `read account ${connectionId}`]);
    expect(await api.stored()).toBe(before);
    expect(JSON.stringify(api.logLines)).not.toContain('00100000987654321');
  });

  it('marks the connection when the bank asks for the person', async () => {
    const { connectionId } = await linkBank(api, merchant);
    api.upstream.answerAccount = refusing('UserActionRequired', { upstreamCode: 'AC-104' });
    expect(await get(`/v1/connections/${connectionId}/account`)).toMatchObject({ status: 409, body: { code: 'UserActionRequired', nextAction: 'reconnect', upstreamCode: 'AC-104' } });
    expect(await get(`/v1/connections/${connectionId}`)).toMatchObject({ body: { status: 'reconnect_required' } });
  });

  it("follows upstream's own status, for better and for worse", async () => {
    const { connectionId } = await linkBank(api, merchant);
    for (const status of ['revoked', 'connected'] as const) {
      api.upstream.answerAccount = async () => anAccount({ status });
      expect(await get(`/v1/connections/${connectionId}/account`)).toMatchObject({ status: 200, body: { connectionStatus: status } });
      expect(await get(`/v1/connections/${connectionId}`)).toMatchObject({ body: { status } });
    }
  });

  it.each([
    [silence, 503, 'UpstreamUnavailable'],
    [refusing('UpstreamRejected', { upstreamCode: 'AC-103' }), 502, 'UpstreamRejected'],
    [refusing('CredentialsRejected', { upstreamCode: 'AC-001' }), 502, 'CredentialsRejected'],
  ])('leaves the connection as it is for other failures', async (answer, status, code) => {
    const { connectionId } = await linkBank(api, merchant);
    const before = await api.stored();
    api.upstream.answerAccount = answer;
    expect(await get(`/v1/connections/${connectionId}/account`)).toMatchObject({ status, body: { code } });
    expect(await api.stored()).toBe(before);
  });

  it('stores what could not be read when the connection was saved', async () => {
    const user = await createUser(api, merchant);
    const connectionId = aConnectionId();
    api.upstream.answerAccount = silence;
    await save(user['id'], { connectionId });
    api.upstream.reset();
    expect(await get(`/v1/connections/${connectionId}/account`)).toMatchObject({ status: 200 });
    api.upstream.answerAccount = silence;
    expect(await get(`/v1/connections/${connectionId}`)).toMatchObject({ body: { status: 'connected', checkedAt: api.clock.now().toISOString() } });
  });
});
