import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection, aPerson, aUser } from './people.ts';

const deployment = testEnvironment();

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);

  const account = 'aerosync GET /v2/accounts/:connectionId';

  const nobodys = () => randomUUID().replaceAll('-', '');

  describe('saving what the widget handed over', () => {
    it('stores a connection as upstream describes it, and answers 200 when it was known to this person', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const onSuccess = await simulator.link({ scenario: 'tokenized', aeroPassUserUuid: user.aeroPassUserUuid });

      const first = await api.saveConnections(user.id, { ...onSuccess, somethingNew: { of: 'upstream' } });
      const again = await api.saveConnections(user.id, onSuccess);

      expect([first.status, again.status]).toEqual([201, 200]);
      const [saved] = first.body.items;
      expect(saved).toMatchObject({ id: onSuccess.connectionId, userId: user.id, status: 'connected', account: { numberType: 'Tokenized' } });
      expect(first.body).not.toHaveProperty('refused');
      expect(again.body.items[0]).toMatchObject({ id: saved?.id, createdAt: saved?.createdAt });
      expect((await api.getConnection(saved?.id ?? '')).body).toEqual(again.body.items[0]);
    });

    it('takes an id with dashes and capitals for the same one', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const { connectionId = '' } = await simulator.link({ scenario: 'default', aeroPassUserUuid: user.aeroPassUserUuid });
      const dashed = connectionId.toUpperCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

      const saved = await api.saveConnections(user.id, { connectionId: dashed });
      const again = await api.saveConnections(user.id, { connectionId });

      expect(saved.body.items[0]?.id).toBe(connectionId);
      expect(again.status).toBe(200);
      expect((await api.getConnection(dashed)).body.id).toBe(connectionId);
      expect((await api.accountDetails(dashed)).body.connectionId).toBe(connectionId);
    });

    it('stores every account of a multi-account payload', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const onSuccess = await simulator.link({ scenario: 'multi_account', aeroPassUserUuid: user.aeroPassUserUuid });
      expect(onSuccess.connectionId).toBeUndefined();

      const { status, body } = await api.saveConnections(user.id, onSuccess);

      expect(status).toBe(201);
      expect(body.items.map(({ id }) => id)).toEqual(onSuccess.accounts?.map(({ connectionId }) => connectionId));
      expect(body.items.map(({ account: { type } }) => type)).toEqual(['checking', 'savings', 'checking']);
    });

    it('judges several accounts each alone, and fails only when all are refused', async () => {
      const { api, simulator } = environment();
      const [user, other] = [await aUser(api), await aUser(api)];
      const { accounts = [] } = await simulator.link({ scenario: 'multi_account', aeroPassUserUuid: user.aeroPassUserUuid });
      const othersId = (await simulator.link({ scenario: 'default', aeroPassUserUuid: other.aeroPassUserUuid })).connectionId ?? '';
      await api.saveConnections(other.id, { connectionId: othersId });
      const [unknownId] = [nobodys()];

      const { status, body } = await api.saveConnections(user.id, { accounts: [{ connectionId: unknownId }, ...accounts, { connectionId: othersId }] });

      expect(status).toBe(201);
      expect(body.items).toHaveLength(3);
      expect(body.refused).toEqual([{ connectionId: unknownId, code: 'NotFound' }, { connectionId: othersId, code: 'Conflict' }]);
      await api.refused('NotFound', 'POST', `/v1/users/${user.id}/connections`, { body: { accounts: [{ connectionId: unknownId }, { connectionId: othersId }] } });
    });

    it('refuses an id that another person has, and a payload that the widget made for another person', async () => {
      const { api, simulator } = environment();
      const [owner, other] = [await aUser(api), await aUser(api)];
      const onSuccess = await simulator.link({ scenario: 'default', aeroPassUserUuid: owner.aeroPassUserUuid });
      await api.refused('Conflict', 'POST', `/v1/users/${other.id}/connections`, { body: onSuccess });
      await api.saveConnections(owner.id, onSuccess);

      await api.refused('Conflict', 'POST', `/v1/users/${other.id}/connections`, { body: { connectionId: onSuccess.connectionId } });

      expect((await api.listConnections({}, `/v1/users/${other.id}/connections`)).body.items).toEqual([]);
      expect((await api.getConnection(onSuccess.connectionId ?? '')).body.userId).toBe(owner.id);
    });

    it('keeps an id that upstream cannot describe now, and reads it at its next use', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const onSuccess = await simulator.link({ scenario: 'default', aeroPassUserUuid: user.aeroPassUserUuid, jobSeconds: 0.1 });
      await simulator.fault(account, { fault: 'status', status: 503, count: 50 });

      const { status, body } = await api.saveConnections(user.id, onSuccess);
      await simulator.clearFaults();
      const [saved] = body.items;
      const job = await api.follow((await api.startJob(saved?.id ?? '', { type: 'balance' })).body.id);

      expect(status).toBe(201);
      expect(saved).toMatchObject({ status: 'unknown', checkedAt: null, upstreamStatus: null });
      expect(job.status).toBe('completed');
      expect((await api.getConnection(saved?.id ?? '')).body).toMatchObject({ status: 'connected', canFetchBalance: true });
    });

    it('does not store an id that upstream does not know', async () => {
      const { api } = environment();
      const user = await aUser(api);
      const connectionId = nobodys();

      const problem = await api.refused('NotFound', 'POST', `/v1/users/${user.id}/connections`, { body: { connectionId } });

      expect(problem.upstreamCode).toBe('AC-102');
      await api.refused('NotFound', 'GET', `/v1/connections/${connectionId}`);
    });
  });

  describe('a connection', () => {
    it('that was linked by hand has no balance, which is known before upstream is asked, and no transactions, which upstream says', async () => {
      const { api, simulator } = environment();
      const { id, canFetchBalance } = await aConnection(api, simulator, { scenario: 'manual', jobSeconds: 0.1 });
      const before = await simulator.calls();

      const balance = await api.refused('NotAvailable', 'POST', `/v1/connections/${id}/jobs`, { body: { type: 'balance' } });
      const after = await simulator.calls();
      const transactions = await api.follow((await api.startJob(id, { type: 'transactions' })).body.id);
      const identity = await api.follow((await api.startJob(id, { type: 'identity' })).body.id);

      expect(canFetchBalance).toBe(false);
      expect(balance).toMatchObject({ nextAction: 'choose_another_account' });
      expect(after.total).toBe(before.total);
      expect((await api.listJobs({ type: 'balance' }, `/v1/connections/${id}/jobs`)).body.items).toEqual([]);
      expect(transactions).toMatchObject({ status: 'failed', error: { code: 'NotAvailable', nextAction: 'choose_another_account', upstreamCode: 'AC-105' } });
      expect(identity.status).toBe('completed');
    });

    it('whose consent is expired is refused until the person renews it in the widget and it is saved again', async () => {
      const { api, simulator } = environment();
      const { id, status, userId } = await aConnection(api, simulator, { scenario: 'expired_consent', jobSeconds: 0.1 });
      expect(status).toBe('reconnect_required');
      const refused = await api.refused('UserActionRequired', 'POST', `/v1/connections/${id}/jobs`, { body: { type: 'balance' } });
      const token = (await api.widgetToken(userId, { purpose: 'reconnect', connectionId: id })).body;

      const saved = await api.saveConnections(userId, await simulator.reconnect(id));
      const job = await api.follow((await api.startJob(id, { type: 'balance' })).body.id);

      expect(refused.nextAction).toBe('reconnect');
      expect(token).toMatchObject({ purpose: 'reconnect', widget: { connectionId: id, handleMFA: false } });
      expect(saved.status).toBe(200);
      expect(saved.body.items[0]).toMatchObject({ id, status: 'connected' });
      expect(job.status).toBe('completed');
    });

    it('whose consent runs out later is marked by the job that meets it', async () => {
      const { api, simulator } = environment();
      const { id, userId } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.1 });
      await simulator.expire(id);

      const job = await api.follow((await api.startJob(id, { type: 'transactions' })).body.id);
      const marked = (await api.getConnection(id)).body.status;
      const renewed = await api.saveConnections(userId, await simulator.reconnect(id));

      expect(job).toMatchObject({ status: 'failed', error: { code: 'UserActionRequired', upstreamCode: 'AC-104', nextAction: 'reconnect' } });
      expect(marked).toBe('reconnect_required');
      expect(renewed.body.items[0]?.status).toBe('connected');
    });

    it('is listed newest first, by person and by status, page by page, each once', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const ids: (string | undefined)[] = [];
      for (const scenario of ['default', 'revoked', 'savings', 'default']) {
        const saved = await api.saveConnections(user.id, await simulator.link({ scenario, aeroPassUserUuid: user.aeroPassUserUuid }));
        ids.unshift(saved.body.items[0]?.id);
      }
      const ofUser = `/v1/users/${user.id}/connections`;

      const all = (await api.listConnections({}, ofUser)).body;
      const byQuery = (await api.listConnections({ userId: user.id })).body;
      const revoked = (await api.listConnections({ status: 'revoked', userId: user.id })).body;
      const expiring = (await api.listConnections({ expiresBefore: '2001-01-01T00:00:00Z' }, ofUser)).body;
      const pages = [(await api.listConnections({ limit: 3 }, ofUser)).body];
      pages.push((await api.listConnections({ limit: 3, cursor: pages[0]?.nextCursor ?? '' }, ofUser)).body);

      expect(all.items.map(({ id }) => id)).toEqual(ids);
      expect(byQuery.items).toEqual(all.items);
      expect(revoked.items.map(({ id }) => id)).toEqual([ids[2]]);
      expect(expiring.items).toEqual([]);
      expect(pages.flatMap(({ items }) => items)).toEqual(all.items);
      expect(pages[1]?.nextCursor).toBeNull();
    });
  });

  describe('a widget token', () => {
    it('is a fresh one each time, whatever the idempotency key, and returns a mobile app only to a deep link of the merchant', async () => {
      const { api } = environment();
      const user = await aUser(api);
      const issue = () => api.widgetToken(user.id, { purpose: 'link', platform: 'ios', deeplink: 'aerobridge-demo://bank-linked' }, { idempotencyKey: 'one-key' });

      const [first, second] = [await issue(), await issue()];

      expect(first.body.token).not.toBe(second.body.token);
      expect(second.headers.get('idempotent-replayed')).toBeNull();
      expect(first.body.widget).toMatchObject({ deeplink: 'aerobridge-demo://bank-linked', widgetLaunchType: 'systemBrowser' });
      expect(Date.parse(first.body.expiresAt)).toBeGreaterThan(Date.now() + 25 * 60_000);
      for (const deeplink of ['https://evil.example', 'aerobridge-demo://bank-linked/../else', 'AEROBRIDGE-DEMO://bank-linked']) {
        expect((await api.refused('InvalidRequest', 'POST', `/v1/users/${user.id}/widget-tokens`, { body: { purpose: 'link', deeplink } })).errors).toMatchObject([{ path: 'deeplink' }]);
      }
    });

    it('to reconnect is refused for another person\'s connection', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default' });
      const other = await aUser(api);

      expect(await api.refused('NotFound', 'POST', `/v1/users/${other.id}/widget-tokens`, { body: { purpose: 'reconnect', connectionId: id } })).toMatchObject({ nextAction: 'fix_request' });
    });
  });

  describe('lists of people and jobs', () => {
    it('go page by page, newest first, and a cursor leads on only in the list that gave it', async () => {
      const { api, otherApi } = environment();
      const people = [await aUser(api), await aUser(api), await aUser(api)].reverse();

      const pages = [(await api.listUsers({ limit: 2 })).body];
      const cursor = encodeURIComponent(pages[0]?.nextCursor ?? '');
      for (let next = pages[0]?.nextCursor ?? null; next !== null; next = pages.at(-1)?.nextCursor ?? null) pages.push((await api.listUsers({ limit: 2, cursor: next })).body);

      const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
      expect(ids.slice(0, 3)).toEqual(people.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
      expect(pages.slice(0, -1).map(({ items }) => items.length)).toEqual(pages.slice(0, -1).map(() => 2));
      expect((await api.listUsers({ externalId: people[1]?.externalId })).body.items).toEqual([people[1]]);
      expect((await api.listUsers({ externalId: aPerson().externalId })).body).toEqual({ items: [], nextCursor: null });
      for (const [client, path] of [[api, '/v1/connections'], [api, '/v1/jobs'], [api, `/v1/users?externalId=${people[0]?.externalId ?? ''}`], [otherApi, '/v1/users']] as const) {
        const separator = path.includes('?') ? '&' : '?';
        expect((await client.refused('InvalidRequest', 'GET', `${path}${separator}cursor=${cursor}`)).errors).toMatchObject([{ path: 'cursor' }]);
      }
    });

    it('can be narrowed by everything the contract names', async () => {
      const { api, simulator } = environment();
      const { id, userId } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.1 });
      const { id: elsewhere } = await aConnection(api, simulator, { scenario: 'fails_without_code', jobSeconds: 0.1 });
      const start = async (connectionId: string, type: string, reference: string) => api.follow((await api.startJob(connectionId, { type, reference })).body.id);
      const balance = await start(id, 'balance', 'order 7');
      const identity = await start(id, 'identity', 'order 8');
      const failed = await start(elsewhere, 'balance', 'order 7');
      const listed = async (query: Record<string, string>, path?: string) => (await api.listJobs(query, path)).body.items.map((job) => job.id);

      expect((await listed({})).slice(0, 3)).toEqual([failed.id, identity.id, balance.id]);
      expect(await listed({}, `/v1/connections/${id}/jobs`)).toEqual([identity.id, balance.id]);
      expect(await listed({ userId })).toEqual([identity.id, balance.id]);
      expect(await listed({ type: 'identity', userId })).toEqual([identity.id]);
      expect(await listed({ reference: 'order 7' })).toEqual([failed.id, balance.id]);
      expect(await listed({ reference: 'order 7', status: 'failed' })).toEqual([failed.id]);
      expect(await listed({ createdAfter: identity.createdAt })).toEqual([failed.id]);
      expect(await listed({ createdAfter: '2999-01-01T00:00:00Z' })).toEqual([]);
      expect((await api.listJobs({ limit: 1 }, `/v1/connections/${id}/jobs`)).body.items.map((job) => job.id)).toEqual([identity.id]);
    });
  });
});
