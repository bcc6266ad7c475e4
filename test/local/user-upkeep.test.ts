import { describe, expect, it } from 'vitest';
import { testEnvironment } from './environment.ts';
import { forgetAtUpstream } from './forget-at-upstream.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection, aPerson, aUser } from './people.ts';
import { changedRows, readRows } from './tables.ts';

const deployment = testEnvironment();

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);
  const { calls } = merchant;
  const countOf = async (call: string) => (await environment().simulator.calls()).counts[call] ?? 0;

  /** Somebody who was active until upstream forgot them; we do not know it yet. */
  const aForgottenUser = async () => {
    const user = await aUser(environment().api);
    await forgetAtUpstream(environment(), merchant, user);
    return user;
  };

  describe('a new code', () => {
    it('is sent to a person who must confirm again, makes them active, and is sent once a minute at most', async () => {
      const { api } = environment();
      const user = await aForgottenUser();
      expect((await api.getUser(user.id, { refresh: 'true' })).body).toEqual({ ...user, status: 'verification_required', verification: null });
      const before = await countOf(calls.createUser);

      const sentAt = Date.now();
      const resent = await api.resendCode(user.id);
      const tooSoon = await api.send('POST', `/v1/users/${user.id}/verification/resend`);

      expect(resent.body).toMatchObject({ id: user.id, status: 'verification_required', verification: { channel: expect.stringMatching(/^(sms|email)$/) as string } });
      expect(resent.body.verification?.destination).toMatch(/[•*]/);
      expect(Math.abs(Date.parse(resent.body.verification?.expiresAt ?? '') - sentAt - 15 * 60_000)).toBeLessThan(30_000);
      expect(tooSoon.problem).toMatchObject({ code: 'TooManyRequests', status: 429, nextAction: 'retry_later', retryable: true });
      expect(Number(tooSoon.headers.get('retry-after'))).toBeGreaterThan(20);
      expect(Number(tooSoon.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(await countOf(calls.createUser)).toBe(before + 1);
      expect((await api.verifyUser(user.id, '000000')).body).toEqual(user);
      await api.refused('Conflict', 'POST', `/v1/users/${user.id}/verification/resend`);
      expect(await countOf(calls.createUser)).toBe(before + 1);
    });

    it('is refused within a minute of the first one, and for an active person, and upstream is not asked', async () => {
      const { api, simulator } = environment();
      const { body: waiting } = await api.createUser(aPerson({ phoneNumber: merchant.name === 'one' ? '+13035550101' : '+13045550101' }));
      const active = await aUser(api);
      const [asked, rows] = [(await simulator.calls()).total, await readRows(environment())];

      const tooSoon = await api.send('POST', `/v1/users/${waiting.id}/verification/resend`, { body: {} });
      await api.refused('Conflict', 'POST', `/v1/users/${active.id}/verification/resend`);
      await api.refused('NotFound', 'POST', '/v1/users/usr_0/verification/resend');
      await api.refused('InvalidRequest', 'POST', `/v1/users/${waiting.id}/verification/resend`, { body: { code: '1' } });

      expect([tooSoon.status, tooSoon.problem?.code]).toEqual([429, 'TooManyRequests']);
      expect((await simulator.calls()).total).toBe(asked);
      expect(changedRows(rows, await readRows(environment()))).toEqual([]);
      expect((await api.getUser(waiting.id)).body).toEqual(waiting);
    });

    it('is sent once for one idempotency key, and a 429 is not kept under it', async () => {
      const { api } = environment();
      const user = await aForgottenUser();
      await api.getUser(user.id, { refresh: 'true' });
      const before = await countOf(calls.createUser);

      const first = await api.resendCode(user.id, { idempotencyKey: 'resend-1' });
      const repeat = await api.resendCode(user.id, { idempotencyKey: 'resend-1' });
      const refusals = [await api.send('POST', `/v1/users/${user.id}/verification/resend`, { idempotencyKey: 'resend-2' }), await api.send('POST', `/v1/users/${user.id}/verification/resend`, { idempotencyKey: 'resend-2' })];

      expect(repeat.body).toEqual(first.body);
      expect(repeat.headers.get('idempotent-replayed')).toBe('true');
      expect(refusals.map(({ status, headers }) => [status, headers.get('idempotent-replayed')])).toEqual([[429, null], [429, null]]);
      expect(await countOf(calls.createUser)).toBe(before + 1);
    });
  });

  describe('GET /v1/users/{userId}?refresh=true', () => {
    it('reads upstream, and changes nothing of a person as upstream has them', async () => {
      const { api } = environment();
      const user = await aUser(api);
      const before = await countOf(calls.readUser);

      expect((await api.getUser(user.id, { refresh: 'true' })).body).toEqual(user);
      expect(await countOf(calls.readUser)).toBe(before + 1);
      expect((await api.getUser(user.id, { refresh: 'false' })).body).toEqual(user);
      expect((await api.getUser(user.id)).body).toEqual(user);
      expect(await countOf(calls.readUser)).toBe(before + 1);
      for (const refresh of ['', 'yes', '1', 'TRUE']) expect((await api.refused('InvalidRequest', 'GET', `/v1/users/${user.id}?refresh=${refresh}`)).errors).toMatchObject([{ path: 'refresh' }]);
      await api.refused('NotFound', 'GET', '/v1/users/usr_0?refresh=true');
    });

    it('finds out that upstream has forgotten a person, also one whom it has read before: everything then asks for the code, and a new one heals it', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      await api.getUser(user.id, { refresh: 'true' });
      await forgetAtUpstream(environment(), merchant, user);

      const refreshed = await api.getUser(user.id, { refresh: 'true' });

      expect(refreshed.body).toEqual({ ...user, status: 'verification_required', verification: null });
      expect((await api.getUser(user.id)).body).toEqual(refreshed.body);
      const asked = (await simulator.calls()).total;
      await api.refused('VerificationRequired', 'POST', `/v1/users/${user.id}/widget-tokens`, { body: { purpose: 'link' } });
      await api.refused('VerificationRequired', 'GET', `/v1/users/${user.id}/bank-accounts`);
      expect(await api.refused('VerificationFailed', 'POST', `/v1/users/${user.id}/verification`, { body: { code: '000000' } })).toMatchObject({ nextAction: 'resend_code' });
      expect((await simulator.calls()).total).toBe(asked);
      await api.resendCode(user.id);
      expect((await api.verifyUser(user.id, '000000')).body).toEqual(user);
      expect((await api.widgetToken(user.id, { purpose: 'link' })).status).toBe(201);
    });

    it('says when upstream cannot be read, and leaves the person as they were', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      await simulator.fault(calls.readUser, { fault: 'status', status: 503, count: 50 });

      await api.refused('UpstreamUnavailable', 'GET', `/v1/users/${user.id}?refresh=true`);
      await simulator.clearFaults();

      expect((await api.getUser(user.id)).body).toEqual(user);
    });
  });

  it('a person whom upstream forgot behind our back is found out by whatever asks upstream for them first', async () => {
    const { api } = environment();
    const [forWidget, forAccounts] = [await aForgottenUser(), await aForgottenUser()];

    await api.refused('VerificationRequired', 'POST', `/v1/users/${forWidget.id}/widget-tokens`, { body: { purpose: 'link' } });
    await api.refused('VerificationRequired', 'GET', `/v1/users/${forAccounts.id}/bank-accounts`);

    for (const { id } of [forWidget, forAccounts]) {
      expect((await api.getUser(id)).body.status).toBe('verification_required');
      expect((await api.resendCode(id)).body.verification).not.toBeNull();
    }
  });

  describe('PATCH /v1/users/{userId}', () => {
    it('changes what it names, ours only, and the person is found under the new external id alone', async () => {
      const { api, simulator } = environment();
      const person = aPerson();
      const { body: user } = await api.createUser(person);
      const asked = (await simulator.calls()).total;

      const renamed = await api.changeUser(user.id, { externalId: `${person.externalId}-renamed` });
      const changed = await api.changeUser(user.id, { firstName: 'Zoë', lastName: "O'Neill-Smith", email: 'new.address@example.com' });

      expect(renamed.body).toEqual({ ...user, externalId: `${person.externalId}-renamed` });
      expect(changed.body).toEqual({ ...renamed.body, firstName: 'Zoë', lastName: "O'Neill-Smith", email: 'new.address@example.com' });
      expect((await api.getUser(user.id)).body).toEqual(changed.body);
      expect((await api.listUsers({ externalId: person.externalId })).body.items).toEqual([]);
      expect((await api.listUsers({ externalId: `${person.externalId}-renamed` })).body.items).toEqual([changed.body]);
      await api.refused('Conflict', 'POST', '/v1/users', { body: person });
      expect(await api.createUser({ ...person, externalId: `${person.externalId}-renamed` })).toMatchObject({ status: 200, body: changed.body });
      expect((await simulator.calls()).total).toBe(asked);
    });

    it('gives a former external id free for somebody else, and takes none that somebody else has', async () => {
      const { api } = environment();
      const [one, other] = [await aUser(api), await aUser(api)];
      const rows = await readRows(environment());

      await api.refused('Conflict', 'PATCH', `/v1/users/${one.id}`, { body: { externalId: other.externalId } });
      expect(changedRows(rows, await readRows(environment()))).toEqual([]);
      await api.changeUser(one.id, { externalId: `${one.externalId}-b` });

      expect((await api.changeUser(other.id, { externalId: one.externalId })).body.externalId).toBe(one.externalId);
    });

    it.each([
      ['the phone number, which is the person', { firstName: 'Janet', phoneNumber: '+12025550142' }, ['phoneNumber']],
      ['the status', { firstName: 'Jane', status: 'active' }, ['status']],
      ['nothing', {}, ['']],
      ['an e-mail address that is none', { email: 'jane' }, ['email']],
      ['an empty name', { firstName: '' }, ['firstName']],
      ['no text', { lastName: null }, ['lastName']],
    ])('refuses %s and changes nothing', async (_what, body, paths) => {
      const { api } = environment();
      const user = await aUser(api);

      const { errors } = await api.refused('InvalidRequest', 'PATCH', `/v1/users/${user.id}`, { body });

      expect(errors?.map(({ path }) => path)).toEqual(paths);
      expect((await api.getUser(user.id)).body).toEqual(user);
    });
  });

  it("an old SDK's payload is saved as its connection, and its password nowhere", async () => {
    const { api, simulator } = environment();
    const user = await aUser(api);
    const onSuccess = await simulator.linkWithOldSdk({ scenario: 'default', aeroPassUserUuid: user.aeroPassUserUuid, jobSeconds: 0.1 });

    const first = await api.saveConnections(user.id, onSuccess);
    const again = await api.saveConnections(user.id, onSuccess);

    expect([first.status, again.status]).toEqual([201, 200]);
    const [connection] = first.body.items;
    expect(connection).toMatchObject({ id: onSuccess.user_id.replaceAll('-', '').toLowerCase(), userId: user.id, status: 'connected' });
    expect((await api.follow((await api.startJob(connection?.id ?? '', { type: 'balance' })).body.id)).status).toBe('completed');
    expect(JSON.stringify(await readRows(environment()))).not.toContain(onSuccess.user_password);
    const other = await aUser(api);
    await api.refused('Conflict', 'POST', `/v1/users/${other.id}/connections`, { body: onSuccess });
    const { id: othersId } = await aConnection(api, simulator, { scenario: 'default' });
    await api.refused('Conflict', 'POST', `/v1/users/${user.id}/connections`, { body: { ...onSuccess, user_id: othersId } });
  });
});
