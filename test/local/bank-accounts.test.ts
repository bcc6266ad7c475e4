import { describe, expect, it } from 'vitest';
import { testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection, aPerson, aUser } from './people.ts';
import { changedRows, readRows } from './tables.ts';

const deployment = testEnvironment();

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);
  const { linkBankAccount } = merchant.calls;
  const linksSoFar = async () => (await environment().simulator.calls()).counts[linkBankAccount] ?? 0;
  /** The older API does not tell which connection an account of its list belongs to. */
  const listed = <T extends { connectionId: string | null }>(account: T): T => (merchant.aeropay === 'v2' ? account : { ...account, connectionId: null });

  describe('the bank accounts that a person has linked for payments', () => {
    it('are none at first, then those that were linked, as upstream tells them', async () => {
      const { api, simulator } = environment();
      const { id: connectionId, userId } = await aConnection(api, simulator, { scenario: 'default' });
      expect((await api.listBankAccounts(userId)).body).toEqual({ items: [] });

      const { status, body: linked } = await api.linkBankAccount(userId, { connectionId });

      const { accountNumber } = await simulator.expected(connectionId);
      expect(status).toBe(201);
      expect(linked).toEqual({
        id: expect.any(String) as string, bankName: expect.any(String) as string, last4: accountNumber.slice(-4), name: expect.any(String) as string,
        type: 'checking', status: 'verified', isDefault: true, connectionId, createdAt: expect.stringMatching(/Z$/) as string,
      });
      expect((await api.listBankAccounts(userId)).body).toEqual({ items: [listed(linked)] });
    });

    it('are linked by any spelling of the id, once: whoever asks again gets the same account', async () => {
      const { api, simulator } = environment();
      const { id: connectionId, userId } = await aConnection(api, simulator, { scenario: 'default' });
      const dashed = connectionId.toUpperCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      const before = await linksSoFar();

      const first = await api.linkBankAccount(userId, { connectionId: dashed }, { idempotencyKey: `link-${connectionId}` });
      const replayed = await api.linkBankAccount(userId, { connectionId: dashed }, { idempotencyKey: `link-${connectionId}` });
      const again = await api.linkBankAccount(userId, { connectionId });

      expect(first.body.connectionId).toBe(connectionId);
      expect(replayed.headers.get('idempotent-replayed')).toBe('true');
      expect([replayed.body, again.body]).toEqual([first.body, first.body]);
      expect(await linksSoFar()).toBe(before + 1);
    });

    it('of several connections are several, each told apart', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const { accounts = [] } = await simulator.link({ scenario: 'default', accounts: 2, aeroPassUserUuid: user.aeroPassUserUuid });
      await api.saveConnections(user.id, { accounts });
      const ids = accounts.map(({ connectionId }) => connectionId);

      const linked = [];
      for (const connectionId of ids) linked.push((await api.linkBankAccount(user.id, { connectionId })).body);

      expect(linked.map(({ connectionId }) => connectionId)).toEqual(ids);
      expect(new Set(linked.map(({ id }) => id)).size).toBe(2);
      expect((await api.listBankAccounts(user.id)).body.items.map(({ id }) => id).sort()).toEqual(linked.map(({ id }) => id).sort());
    });
  });

  describe("an old SDK's pair", () => {
    const inEachMeaning: [string, (old: { user_id: string; user_password: string }, uuid: string) => { user_id: string; user_password: string }][] = [
      ['its own user_id and user_password', ({ user_id, user_password }) => ({ user_id, user_password })],
      ["a newer SDK's userId, which is the connection, and connectionId", ({ user_id }) => ({ user_id, user_password: user_id })],
      ["a newer SDK's userId, which is the person, and connectionId", ({ user_id }, uuid) => ({ user_id: uuid, user_password: user_id })],
    ];

    it.each(inEachMeaning)('of %s links the account, is passed on and stored nowhere', async (_meaning, pairOf) => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const old = await simulator.linkWithOldSdk({ scenario: 'default', aeroPassUserUuid: user.aeroPassUserUuid });

      const { status, body } = await api.linkBankAccount(user.id, pairOf(old, user.aeroPassUserUuid ?? ''), { idempotencyKey: `pair-${old.user_id}` });

      expect(status).toBe(201);
      expect(body.connectionId).toBe(old.user_id.replaceAll('-', '').toLowerCase());
      expect((await api.listBankAccounts(user.id)).body.items).toEqual([listed(body)]);
      expect(JSON.stringify(await readRows(environment()))).not.toContain(old.user_password);
    });
  });

  describe('a link that upstream refuses', () => {
    it.each([
      ['link_needs_person', 'UserActionRequired', 'AP300', 'reconnect'],
      ['link_bank_blocked', 'NotAvailable', 'AP403', 'choose_another_account'],
      ['link_bad_routing', 'NotAvailable', 'AP404', 'choose_another_account'],
      ['link_unknown_aggregator', 'UpstreamRejected', 'AP408', 'contact_support'],
      ['link_bad_redirect', 'UpstreamRejected', 'AP409', 'contact_support'],
      ['joint_account', 'NotAvailable', 'AP410', 'choose_another_account'],
      ['link_not_checking', 'NotAvailable', 'AP411', 'choose_another_account'],
      ['savings', 'NotAvailable', 'AP411', 'choose_another_account'],
      ['link_too_many', 'UpstreamRejected', 'AP414', 'contact_support'],
      ['link_too_often', 'UpstreamRejected', 'AP415', 'contact_support'],
    ])('because of %s is %s with %s, and leaves no account', async (scenario, code, upstreamCode, nextAction) => {
      const { api, simulator } = environment();
      const { id: connectionId, userId } = await aConnection(api, simulator, { scenario });
      const before = await linksSoFar();

      const problem = await api.refused(code, 'POST', `/v1/users/${userId}/bank-accounts`, { body: { connectionId }, idempotencyKey: `refused-${connectionId}` });
      const repeat = await api.send('POST', `/v1/users/${userId}/bank-accounts`, { body: { connectionId }, idempotencyKey: `refused-${connectionId}` });

      expect(problem).toMatchObject({ upstreamCode, nextAction, retryable: false });
      expect(repeat.problem).toEqual(problem);
      expect(repeat.headers.get('idempotent-replayed')).toBe('true');
      expect(await linksSoFar()).toBe(before + 1);
      expect((await api.listBankAccounts(userId)).body.items).toEqual([]);
    });

    it('has a sentence of its own for a joint account, which leads to support', async () => {
      const { api, simulator } = environment();
      const { id: connectionId, userId } = await aConnection(api, simulator, { scenario: 'joint_account' });

      const { userMessage } = await api.refused('NotAvailable', 'POST', `/v1/users/${userId}/bank-accounts`, { body: { connectionId } });

      expect(userMessage).toMatch(/share.*support/i);
    });

    it('because the bank asks for the person marks the connection, until it is read to be healthy again', async () => {
      const { api, simulator } = environment();
      const { id: connectionId, userId } = await aConnection(api, simulator, { scenario: 'link_needs_person' });

      await api.refused('UserActionRequired', 'POST', `/v1/users/${userId}/bank-accounts`, { body: { connectionId } });

      expect((await api.getConnection(connectionId)).body.status).toBe('reconnect_required');
      expect((await api.checkConnection(connectionId)).body.status).toBe('connected');
    });

    it('by an outage is told as one, and may be repeated with the same key', async () => {
      const { api, simulator } = environment();
      const { id: connectionId, userId } = await aConnection(api, simulator, { scenario: 'default' });
      await simulator.fault(linkBankAccount, { fault: 'status', status: 503, when: 'after' });

      await api.refused('UpstreamUnavailable', 'POST', `/v1/users/${userId}/bank-accounts`, { body: { connectionId }, idempotencyKey: `outage-${connectionId}` });
      const links = await linksSoFar();
      const again = await api.linkBankAccount(userId, { connectionId }, { idempotencyKey: `outage-${connectionId}` });

      expect([again.status, again.body.connectionId]).toEqual([201, connectionId]);
      expect(again.headers.get('idempotent-replayed')).toBeNull();
      // Upstream had linked it: the repeat is guarded by reading upstream first.
      expect(await linksSoFar()).toBe(links);
      expect((await api.listBankAccounts(userId)).body.items).toHaveLength(1);
    });
  });

  describe('a request for bank accounts', () => {
    it('is refused before upstream is asked for a connection that is not this person\'s, and for a person who has not confirmed the code', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const { id: othersId } = await aConnection(api, simulator, { scenario: 'default' });
      const { body: waiting } = await api.createUser(aPerson({ phoneNumber: merchant.name === 'one' ? '+13055550101' : '+13065550101' }));
      const [asked, rows] = [(await simulator.calls()).total, await readRows(environment())];

      await api.refused('NotFound', 'POST', `/v1/users/${user.id}/bank-accounts`, { body: { connectionId: othersId } });
      await api.refused('NotFound', 'POST', `/v1/users/${user.id}/bank-accounts`, { body: { connectionId: '0'.repeat(32) } });
      await api.refused('NotFound', 'POST', '/v1/users/usr_0/bank-accounts', { body: { connectionId: othersId } });
      await api.refused('NotFound', 'GET', '/v1/users/usr_0/bank-accounts');
      await api.refused('VerificationRequired', 'POST', `/v1/users/${waiting.id}/bank-accounts`, { body: { connectionId: othersId } });
      await api.refused('VerificationRequired', 'GET', `/v1/users/${waiting.id}/bank-accounts`);

      expect((await simulator.calls()).total).toBe(asked);
      expect(changedRows(rows, await readRows(environment()))).toEqual([]);
    });

    it.each([
      ['nothing', {}],
      ['an id that is none', { connectionId: 'x' }],
      ['half a pair', { user_id: 'a2c7f64f-3df9-4090-b3bd-ad6fc3003c90' }],
      ['both forms', { connectionId: '0'.repeat(32), user_id: 'a', user_password: 'secret-of-the-bank' }],
      ['more than the pair', { user_id: 'a', user_password: 'secret-of-the-bank', aggregator: 'aerosync' }],
    ])('with %s is refused, and no value is repeated', async (_what, body) => {
      const { api } = environment();
      const user = await aUser(api);

      const problem = await api.refused('InvalidRequest', 'POST', `/v1/users/${user.id}/bank-accounts`, { body });

      expect(problem.errors?.length).toBeGreaterThan(0);
      expect(JSON.stringify(problem)).not.toMatch(/secret-of-the-bank|a2c7f64f/);
    });
  });
});
