import { describe, expect, it } from 'vitest';
import { acme, bolt, bootSimulator, claimsOf, startedAt } from './boot-simulator.ts';
import { aText, matching } from './matchers.ts';

const hex32 = /^[0-9a-f]{32}$/;

describe('Aerosync POST /v2/token', () => {
  it('answers a JWT and a TTL that is a text', async () => {
    const { aerosync } = await bootSimulator();

    const { status, body } = await aerosync('/v2/token', { body: acme.aerosync });

    expect(status).toBe(200);
    expect(body).toEqual({ status: 'success', statusCode: 200, TTL: '1800', token: matching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
    expect(Object.keys(claimsOf(body.token)).toSorted()).toEqual(['ClientId', 'ClientName', 'exp', 'jti']);
  });

  it.each([
    ['a wrong secret', { body: { ...acme.aerosync, apiSecret: 'wrong' } }, 401, 'AC-101'],
    ['Aeropay credentials', { body: acme.aeropay }, 401, 'AC-101'],
    ['no key', { body: { apiSecret: 'x' } }, 400, 'AC-100'],
    ['a key that is no text', { body: { ...acme.aerosync, apiKey: 7 } }, 400, 'AC-100'],
    ['half a body', { rawBody: '{"apiKey":' }, 400, 'AC-100'],
  ])('refuses %s', async (_what, request, status, code) => {
    const { aerosync } = await bootSimulator();
    expect(await aerosync('/v2/token', request)).toMatchObject({ status, body: { error: { code } } });
  });
});

describe('Aerosync POST /v2/token_widget', () => {
  it('answers a fresh token each time, with a user id and without a TTL', async () => {
    const { aerosync, createUser } = await bootSimulator();
    const { user } = (await createUser()).body;
    const request = { body: { ...acme.aerosync, aeroPassUserUuid: user.id } };

    const first = await aerosync('/v2/token_widget', request);
    const second = await aerosync('/v2/token_widget', request);

    expect(first.body).toEqual({ status: 'success', statusCode: 200, token: aText, userId: matching(hex32) });
    expect(second.body.token).not.toBe(first.body.token);
  });

  it.each([
    ['a wrong secret', { apiSecret: 'wrong' }, 401, 'AC-101'],
    ['no person', { aeroPassUserUuid: undefined }, 400, 'AC-100'],
    ['a malformed person', { aeroPassUserUuid: '1102575' }, 400, 'AC-100'],
    ['an unknown person', { aeroPassUserUuid: '49681f36-bbe0-4038-b024-a5d86584255a' }, 404, 'AC-102'],
    ['the person of another merchant', bolt.aerosync, 404, 'AC-102'],
  ])('refuses %s', async (_what, over, status, code) => {
    const { aerosync, createUser } = await bootSimulator();
    const { user } = (await createUser()).body;
    expect(await aerosync('/v2/token_widget', { body: { ...acme.aerosync, aeroPassUserUuid: user.id, ...over } })).toMatchObject({ status, body: { error: { code } } });
  });

  it('refuses a person who has not confirmed the code', async () => {
    const { aerosync, createUser } = await bootSimulator();
    const { user } = (await createUser({ phoneNumber: '+12025550102' })).body;
    expect((await aerosync('/v2/token_widget', { body: { ...acme.aerosync, aeroPassUserUuid: user.id } })).status).toBe(404);
  });
});

describe('an Aerosync token', () => {
  it('is refused with the same 403 when missing, unknown, expired or of another kind', async () => {
    const { aerosync, linkBank, apiToken, merchantToken, createUser, advance } = await bootSimulator();
    const path = `/v2/accounts/${await linkBank('default')}`;
    const { user } = (await createUser()).body;
    const widgetToken = (await aerosync('/v2/token_widget', { body: { ...acme.aerosync, aeroPassUserUuid: user.id } })).body.token;
    const expired = await apiToken();
    expect((await aerosync(path, { token: expired })).status).toBe(200);
    await advance(1800);

    const replies = [await aerosync(path)];
    for (const token of ['aaa.bbb.ccc', expired, widgetToken, await merchantToken()]) replies.push(await aerosync(path, { token }));

    expect(replies.map(({ status, body }) => ({ status, body }))).toEqual(
      replies.map(() => ({ status: 403, body: { error: { code: 'AC-001', message: 'Invalid API key and secret.' } } })),
    );
  });
});

describe('Aerosync GET /v2/accounts/{connectionId}', () => {
  it('shows the account', async () => {
    const { aerosync, linkBank, apiToken } = await bootSimulator();

    const { status, body } = await aerosync(`/v2/accounts/${await linkBank('default')}`, { token: await apiToken() });

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'success', statusCode: 200 });
    expect(body.account).toEqual({
      accountNickname: 'Aerosync Checking',
      accountNumber: matching(/^\d{17}$/),
      routingNumber: matching(/^\d{9}$/),
      accountNumberDisplay: body.account.accountNumber.slice(-4),
      accountNumberType: 'Non-tokenized',
      accountType: 'CHECKING',
      bankName: 'Aerosync Bank',
      institutionName: 'Aerosync Bank',
      institutionUuid: aText,
      canFetchBalance: true,
      connectionMethod: 6,
      connectionStatus: 'CONNECTED',
      connectionExpiry: '2027-06-15T10:00:00Z',
    });
  });

  it.each([
    ['manual', { canFetchBalance: false, connectionMethod: 2 }],
    ['tokenized', { accountNumberType: 'Tokenized' }],
    ['savings', { accountType: 'savings' }],
    ['expired_consent', { connectionStatus: 'EXPIRED_CONSENT', connectionExpiry: new Date(startedAt - 1000).toISOString().replace('.000', '') }],
    ['revoked', { connectionStatus: 'REVOKED_BY_USER' }],
  ])('shows what is special about %s', async (scenario, account) => {
    const { aerosync, linkBank, apiToken } = await bootSimulator();
    expect((await aerosync(`/v2/accounts/${await linkBank(scenario)}`, { token: await apiToken() })).body.account).toMatchObject(account);
  });

  it('leaves out what older documents lack in odd_data', async () => {
    const { aerosync, linkBank, apiToken } = await bootSimulator();
    const { account } = (await aerosync(`/v2/accounts/${await linkBank('odd_data')}`, { token: await apiToken() })).body;
    expect(Object.keys(account)).toEqual(['accountNickname', 'accountNumber', 'routingNumber', 'accountType', 'bankName', 'canFetchBalance', 'connectionMethod']);
  });

  it('takes the id with dashes and in capitals', async () => {
    const { aerosync, linkBank, apiToken } = await bootSimulator();
    const id = await linkBank('default');
    const dashed = `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
    expect(id).toMatch(hex32);
    expect((await aerosync(`/v2/accounts/${dashed.toUpperCase()}`, { token: await apiToken() })).status).toBe(200);
  });

  it.each([
    ['f'.repeat(32), 404, 'AC-102'],
    ['not-an-id', 400, 'AC-100'],
  ])('refuses the id %s', async (id, status, code) => {
    const { aerosync, apiToken } = await bootSimulator();
    expect(await aerosync(`/v2/accounts/${id}`, { token: await apiToken() })).toMatchObject({ status, body: { error: { code } } });
  });
});

describe('a connection of another merchant', () => {
  it('answers every call as one that does not exist', async () => {
    const { aerosync, linkBank, apiToken } = await bootSimulator();
    const id = await linkBank('default');
    const { jobId } = (await aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token: await apiToken() })).body;
    const token = await apiToken(bolt);
    const calls: [string, string][] = [
      ['GET', ''], ['POST', '/refresh'], ['POST', '/transactions'], ['POST', '/identity'], ['GET', `/job/${jobId}`],
      ['GET', '/balance'], ['GET', `/transactions?job_id=${jobId}`], ['GET', '/identity'],
    ];

    for (const [method, rest] of calls) {
      const strange = await aerosync(`/v2/accounts/${id}${rest}`, { method, token });
      const absent = await aerosync(`/v2/accounts/${'e'.repeat(32)}${rest}`, { method, token });
      expect([method, rest, strange.status, strange.text]).toEqual([method, rest, 404, absent.text]);
    }
  });

  it('does not lend its jobs to a connection of the same merchant either', async () => {
    const { aerosync, linkBank, apiToken } = await bootSimulator();
    const token = await apiToken();
    const [one, other] = [await linkBank('default'), await linkBank('default')];
    const { jobId } = (await aerosync(`/v2/accounts/${one}/transactions`, { method: 'POST', token })).body;
    expect((await aerosync(`/v2/accounts/${other}/job/${jobId}`, { token })).body.error?.code).toBe('AC-102');
    expect((await aerosync(`/v2/accounts/${other}/transactions?job_id=${jobId}`, { token })).body.error?.code).toBe('AC-102');
  });
});
