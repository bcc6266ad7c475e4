import { describe, expect, it } from 'vitest';
import { acme, aPerson, bolt, bootSimulator, connectionIds } from './boot-simulator.ts';
import { aList, aText, matching } from './matchers.ts';

describe('POST /sim/connections', () => {
  it('answers what the widget hands to onSuccess', async () => {
    const { sim, createUser } = await bootSimulator();
    const { user } = (await createUser()).body;

    const { status, body } = await sim('/connections', { body: { scenario: 'default', aeroPassUserUuid: user.id } });

    expect(status).toBe(200);
    expect(body).toEqual({ connectionId: matching(/^[0-9a-f]{32}$/), clientName: 'acme', aeroPassUserUuid: user.id });
  });

  it.each([
    [{ scenario: 'multi_account' }, ['CHECKING', 'SAVINGS', 'CHECKING']],
    [{ scenario: 'multi_account', accounts: 4 }, ['CHECKING', 'SAVINGS', 'CHECKING', 'CHECKING']],
    [{ scenario: 'default', accounts: 2 }, ['CHECKING', 'CHECKING']],
    [{ scenario: 'default', accounts: 1 }, ['CHECKING']],
  ])('answers %j in the multi-account form, each account usable at once', async (over, types) => {
    const { sim, createUser, aerosync, apiToken } = await bootSimulator();
    const { user } = (await createUser()).body;

    const { body } = await sim('/connections', { body: { aeroPassUserUuid: user.id, ...over } });

    expect(body).toEqual({ accounts: aList, clientName: 'acme', aeroPassUserUuid: user.id });
    const accounts = body.accounts ?? [];
    expect(accounts.map((account) => account.accountType)).toEqual(types);
    for (const { connectionId, accountNumberDisplay } of accounts) {
      const { account } = (await aerosync(`/v2/accounts/${connectionId}`, { token: await apiToken() })).body;
      expect(account.accountNumberDisplay).toBe(accountNumberDisplay);
    }
    expect(new Set(connectionIds(body)).size).toBe(types.length);
  });

  it('links for the merchant that last had to do with the person, or for the one named', async () => {
    const { sim, createUser, aeropay, aerosync, merchantToken } = await bootSimulator();
    const person = aPerson();
    const { user } = (await createUser(person)).body;
    await createUser(person, bolt);
    const clientName = async (over = {}) => (await sim('/connections', { body: { aeroPassUserUuid: user.id, ...over } })).body.clientName;
    expect(await clientName()).toBe('acme');

    await aeropay('/v2/confirmUser', { token: await merchantToken(bolt), body: { userId: user.id, code: '000000', merchantId: 2001 } });
    expect(await clientName()).toBe('bolt');
    expect(await clientName({ merchant: 'acme' })).toBe('acme');

    await aerosync('/v2/token_widget', { body: { ...acme.aerosync, aeroPassUserUuid: user.id } });
    expect(await clientName()).toBe('acme');
  });

  it('names the scenarios when one is unknown', async () => {
    const { sim, createUser } = await bootSimulator();
    const { user } = (await createUser()).body;
    const { status, body } = await sim('/connections', { body: { scenario: 'lottery', aeroPassUserUuid: user.id } });
    expect(status).toBe(400);
    expect(body.error).toMatch(/^There is no such scenario: choose one of default, mfa, .*transactions_1234.*\.$/);
  });

  it('refuses an unknown person, one who is not confirmed, and a body that does not fit', async () => {
    const { sim, createUser } = await bootSimulator();
    const { user } = (await createUser({ phoneNumber: '+12025550101' })).body;
    const confirmed = (await createUser()).body.user;
    const errors = [
      { aeroPassUserUuid: '49681f36-bbe0-4038-b024-a5d86584255a' },
      { aeroPassUserUuid: user.id },
      { aeroPassUserUuid: confirmed.id, merchant: 'bolt' },
      { aeroPassUserUuid: user.id, accounts: 21 },
      { aeroPassUserUuid: user.id, bank: 'Chase' },
      {},
    ].map((body) => sim('/connections', { body }));

    expect((await Promise.all(errors)).map(({ status, body }) => [status, body.error.split(':')[0]])).toEqual([
      [400, 'Nobody has this aeroPassUserUuid'],
      [400, 'This person is not connected to the merchant'],
      [400, 'This person is not connected to the merchant'],
      [400, 'Check "accounts"'],
      [400, 'Check ""'],
      [400, 'Check "aeroPassUserUuid"'],
    ]);
  });

  it('refuses a body that is not JSON', async () => {
    const { sim } = await bootSimulator();
    expect(await sim('/connections', { rawBody: '{"scenario"' })).toMatchObject({ status: 400, body: { error: 'The body must be JSON.' } });
  });
});

describe('GET /sim/connections/{id}/expected', () => {
  it('says what a correct reader ends up with, for any dates', async () => {
    const { sim, linkBank } = await bootSimulator();
    const id = await linkBank('default');

    const { body } = await sim(`/connections/${id}/expected?startDate=2026-06-12&endDate=2026-06-14`);

    expect(body).toMatchObject({
      connectionId: id,
      scenario: 'default',
      accountNumber: matching(/^\d{17}$/),
      balance: { available: '3124.25', current: '3151.1', currency: 'USD' },
      transactions: { startDate: '2026-06-12', endDate: '2026-06-14', count: 2, sumMinorUnits: 7946 },
    });
    expect(body.transactions.items.map((item: { amount: string }) => item.amount)).toEqual(['39.76', '39.7']);
  });

  it('has no sum where an amount is not exact to the cent', async () => {
    const { sim, linkBank } = await bootSimulator();
    expect((await sim(`/connections/${await linkBank('odd_data')}/expected`)).body.transactions).toMatchObject({ count: 9, sumMinorUnits: null });
    expect((await sim(`/connections/${await linkBank('decimals')}/expected`)).body.transactions).toMatchObject({ count: 13, sumMinorUnits: 900_719_925_709_545 });
  });

  it('refuses an unknown connection and dates of another form', async () => {
    const { sim, linkBank } = await bootSimulator();
    expect((await sim(`/connections/${'0'.repeat(32)}/expected`)).status).toBe(404);
    expect((await sim(`/connections/${await linkBank('default')}/expected?startDate=yesterday`)).status).toBe(400);
  });
});

describe('GET /sim/calls', () => {
  it('counts upstream calls by name and merchant, and shows neither secrets nor bodies', async () => {
    const { sim, linkBank, apiToken, aerosync } = await bootSimulator();
    const id = await linkBank('default');
    const token = await apiToken();
    await sim('/calls', { method: 'DELETE' });

    await aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token });
    await aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token });
    await aerosync(`/v2/accounts/${id}/transactions?job_id=${token}`, { token });
    await aerosync(`/v2/accounts/${id}`);
    const { body, text } = await sim('/calls');

    expect(body.total).toBe(4);
    expect(body.counts).toEqual({
      'aerosync POST /v2/accounts/:connectionId/refresh': 2,
      'aerosync GET /v2/accounts/:connectionId/transactions': 1,
      'aerosync GET /v2/accounts/:connectionId': 1,
    });
    const call = 'aerosync POST /v2/accounts/:connectionId/refresh';
    expect(body.calls.slice(0, 2)).toEqual([
      { at: '2026-06-15T10:00:00.000Z', call, method: 'POST', path: `/aerosync/v2/accounts/${id}/refresh`, merchant: 'acme', status: 200, code: null, fault: null },
      { at: '2026-06-15T10:00:00.000Z', call, method: 'POST', path: `/aerosync/v2/accounts/${id}/refresh`, merchant: 'acme', status: 400, code: 'AC-112', fault: null },
    ]);
    expect(body.calls[3]).toMatchObject({ merchant: null, status: 403, code: 'AC-001' });
    expect(text).not.toContain(token);
  });

  it('keeps merchants apart when asked', async () => {
    const { sim, apiToken } = await bootSimulator();
    await apiToken(acme);
    await apiToken(bolt);
    await apiToken(bolt);
    expect((await sim('/calls?merchant=bolt')).body).toMatchObject({ total: 2, counts: { 'aerosync POST /v2/token': 2 } });
  });

  it('shows business refusals that came with HTTP 200', async () => {
    const { sim, createUser } = await bootSimulator();
    await createUser({ firstName: 'R2D2' });
    expect((await sim('/calls')).body.calls.at(-1)).toMatchObject({ call: 'aeropay POST /v2/user', merchant: 'acme', status: 200, code: 'AP118' });
  });

  it('lists calls to paths that upstream does not have', async () => {
    const { sim, aerosync } = await bootSimulator();
    expect((await aerosync('/v2/accounts')).status).toBe(404);
    expect((await sim('/calls')).body.calls).toMatchObject([{ call: 'unknown', path: '/aerosync/v2/accounts', status: 404 }]);
  });
});

describe('the simulator\'s time', () => {
  it('moves ahead and never back', async () => {
    const { sim, advance } = await bootSimulator();
    expect((await advance(90)).body).toEqual({ now: '2026-06-15T10:01:30.000Z' });
    expect((await sim('/clock')).body).toEqual({ now: '2026-06-15T10:01:30.000Z' });
    expect((await advance(-1)).status).toBe(400);
  });

  it('can be skipped for tokens alone', async () => {
    const { sim, linkBank, apiToken, aerosync } = await bootSimulator();
    const path = `/v2/accounts/${await linkBank('default')}`;
    const token = await apiToken();

    expect((await sim('/tokens/expire', { method: 'POST' })).body).toEqual({ expired: 2 });

    expect((await aerosync(path, { token })).status).toBe(403);
    expect((await aerosync(path, { token: await apiToken() })).status).toBe(200);
  });
});

describe('how long tokens live', () => {
  const lives = { aeropay_merchant: 60, aeropay_user: 90, aerosync_api: 120, aerosync_widget: 30 };

  it('can be set at the start, and the replies say so', async () => {
    const { sim, aeropay, aerosync, merchantToken, advance } = await bootSimulator({ tokenLifetimes: lives });
    expect((await sim('/tokens/lifetimes')).body).toEqual(lives);
    expect((await aerosync('/v2/token', { body: acme.aerosync })).body).toMatchObject({ TTL: '120' });
    const token = await merchantToken();
    await advance(59);
    expect((await aeropay('/v2/user', { token, body: {} })).body.error?.code).toBe('AP700');
    await advance(1);
    expect((await aeropay('/v2/user', { token, body: {} })).body.error?.code).toBe('AP007');
  });

  it('can be changed for the tokens to come, kind by kind', async () => {
    const { sim, aerosync, apiToken, linkBank, advance } = await bootSimulator();
    const path = `/v2/accounts/${await linkBank('default')}`;
    const older = await apiToken();

    expect((await sim('/tokens/lifetimes', { body: { aerosync_api: 5 } })).body).toEqual({ aeropay_merchant: 1800, aeropay_user: 1800, aerosync_api: 5, aerosync_widget: 1800 });

    const newer = await apiToken();
    await advance(5);
    expect([(await aerosync(path, { token: older })).status, (await aerosync(path, { token: newer })).status]).toEqual([200, 403]);
    expect((await sim('/tokens/lifetimes', { body: { aerosync_api: 0 } })).status).toBe(400);
  });
});

describe('the lists', () => {
  it('name scenarios and merchants, without credentials', async () => {
    const { sim } = await bootSimulator();
    expect((await sim('/health')).body).toEqual({ status: 'ok' });
    expect(Object.keys((await sim('/scenarios')).body)).toEqual(['connections', 'people', 'banks', 'bankUsers', 'widgetCodes']);
    expect((await sim('/scenarios')).body.connections[0]).toEqual({ name: 'default', chosenBy: '"scenario":"default"', happens: aText });
    expect((await sim('/merchants')).body).toEqual({ merchants: [{ name: 'acme', merchantId: '1456' }, { name: 'bolt', merchantId: '2001' }] });
  });
});
