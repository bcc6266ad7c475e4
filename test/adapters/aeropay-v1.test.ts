import { describe, expect, it } from 'vitest';
import type { Person } from '../../lambdas/domain/user.ts';
import { answer, inTurn, type Respond } from './loopback.ts';
import { adaptersBefore, connectionId, jane, merchantId, uuid } from './upstreams.ts';

const person = { upstreamUserId: '1234', aeroPassUserUuid: uuid };
const dashedId = '68c13bc0-855a-4f85-853f-6aafaa43e461';

/** The reply of docs-network-user-v1.txt, step 4, letter by letter where it matters: one key twice, flags and dates as text, success as 1. */
const documentedUser = `{"success": 1, "user": {"userId": "1234", "firstName": "John", "lastName": "Doe", "type": "consumer", "email": "johndoe@gmail.com",
  "phone": "+13144949063", "createdDate": "1605113011", "bankAccounts": [{"bankAccountId": "123456", "userId": "1234", "bankName": "Chase Bank",
  "accountLast4": "1222", "name": "Checking - 1222", "externalBankAccountId": "", "isSelected": "1", "accountType": "checking", "status": "verified",
  "createdDate": "1692715066"}], "createdDate": "1716312178", "aeroPassUserUuid": "${uuid}", "userStatus": "Active"}}`;

function v1(routes: Readonly<Record<string, Respond>>, tokens: Respond = answer(200, { TTL: 1800, token: 'pay.jwt' })) {
  return adaptersBefore({ '/aeropay/token': tokens, ...routes }, { choices: { aeropayApi: 'v1.1' } });
}

/** One answer for the create and another for the read of the same path. */
const byMethod = (post: Respond, get: Respond): Respond => (seen, response) => (seen.method === 'POST' ? post : get)(seen, response);

describe('a person of a merchant on v1.1', () => {
  it('is created with the names, the header and the version of that API', async () => {
    const { aeropay, upstream } = await v1({ '/aeropay/user': answer(200, { success: true, user: { userId: '1234', aeroPassUserUuid: uuid } }) });
    expect(await aeropay.create(merchantId, jane)).toEqual({ upstreamUserId: '1234', aeroPassUserUuid: uuid, verification: null });
    expect(upstream.seen.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: 'POST', path: '/aeropay/token', body: { scope: 'merchant', api_key: 'pay-key', api_secret: 'pay-secret', id: '1456' } },
      { method: 'POST', path: '/aeropay/user', body: { first_name: 'Jane', last_name: 'Doe', phone_number: '+13125550142', email: 'jane@example.com' } },
    ]);
    expect(upstream.seen[1]?.headers).toMatchObject({ authorizationtoken: 'Bearer pay.jwt', 'x-api-version': '1.1' });
    expect(upstream.seen[1]?.headers).not.toHaveProperty('authorization');
    expect(upstream.seen[0]?.headers).not.toHaveProperty('x-api-version');
  });

  it('confirms a code under the version that had it sent', async () => {
    const { aeropay, upstream } = await v1({ '/aeropay/confirmUser': answer(200, { success: true, user: { aeroPassUserUuid: uuid } }) });
    await aeropay.confirm(merchantId, person, '482916');
    expect(upstream.seen[1]?.headers).toMatchObject({ 'x-api-version': '1.1' });
  });

  it('is read for the uuid that the create did not give, in the name of that person', async () => {
    const { aeropay, upstream } = await v1({ '/aeropay/user': byMethod(answer(200, { success: true, user: { userId: 1234 } }), answer(200, documentedUser)) });
    expect(await aeropay.create(merchantId, jane)).toEqual({ upstreamUserId: '1234', aeroPassUserUuid: uuid, verification: null });
    expect(upstream.seen.map(({ method, path, body }) => [method, path, body]).slice(2)).toEqual([
      ['POST', '/aeropay/token', { scope: 'userForMerchant', api_key: 'pay-key', api_secret: 'pay-secret', id: '1456', userId: '1234' }],
      ['GET', '/aeropay/user?id=1234', undefined],
    ]);
  });

  it.each([['refuses', answer(200, { success: false, code: 'AP101', error: 'x' })], ['is silent', (_seen, response) => response.destroy()]] satisfies [string, Respond][])('stays created when upstream %s to say the uuid', async (_how, get) => {
    const { aeropay, upstream } = await v1({ '/aeropay/user': byMethod(answer(200, { success: true, user: { userId: '1234' } }), get) });
    expect(await aeropay.create(merchantId, jane)).toEqual({ upstreamUserId: '1234', aeroPassUserUuid: null, verification: null });
    expect(upstream.seen.filter(({ method, path }) => method === 'POST' && path === '/aeropay/user')).toHaveLength(1);
  });

  it('whom the network knows is sent a code to the address that upstream shows, and to no other', async () => {
    const reply = {
      success: true, error: null, existingUser: { userId: '123456', phone: '+11234567890', email: 'janedoe@gmail.com' },
      displayMessage: "You've previously used AeroPay to pay another business. Please verify your identity by entering the pin sent to your email ja****oe@gmail.com",
    };
    const { aeropay, upstream } = await v1({ '/aeropay/user': answer(200, reply) });
    const created = await aeropay.create(merchantId, jane);
    expect(created).toEqual({ upstreamUserId: '123456', aeroPassUserUuid: null, verification: { channel: 'email', destination: 'ja****oe@gmail.com' } });
    expect(JSON.stringify(created)).not.toMatch(/janedoe|1234567890/);
    expect(upstream.seen).toHaveLength(2);
  });

  it('is confirmed by a reply that names nobody, and then read for the uuid', async () => {
    const { aeropay, upstream } = await v1({ '/aeropay/confirmUser': answer(200, { success: true, error: null }), '/aeropay/user': answer(200, documentedUser) });
    expect(await aeropay.confirm(merchantId, person, '234153')).toEqual({ aeroPassUserUuid: uuid });
    expect(upstream.seen[1]).toMatchObject({ path: '/aeropay/confirmUser', body: { userId: '1234', code: '234153' } });
    expect(upstream.seen[1]?.body).not.toHaveProperty('merchantId');
  });

  it('stays confirmed when the uuid cannot be read now', async () => {
    const { aeropay } = await v1({ '/aeropay/confirmUser': answer(200, { success: 1 }), '/aeropay/user': answer(503, {}) });
    expect(await aeropay.confirm(merchantId, person, '234153')).toEqual({ aeroPassUserUuid: null });
  });

  it.each([['AP111', 'VerificationFailed'], ['AP112', 'VerificationFailed']])('is refused %s in a success of HTTP', async (upstreamCode, code) => {
    const { aeropay } = await v1({ '/aeropay/confirmUser': answer(200, { success: false, code: upstreamCode, error: 'no' }) });
    await expect(aeropay.confirm(merchantId, person, '1111')).rejects.toMatchObject({ code, details: { upstreamCode } });
  });

  it('is read as documented', async () => {
    const { aeropay } = await v1({ '/aeropay/user': answer(200, documentedUser) });
    expect(await aeropay.read(merchantId, person)).toEqual({
      isActive: true, aeroPassUserUuid: uuid, firstName: 'John', lastName: 'Doe', email: 'johndoe@gmail.com', phoneNumber: '+13144949063',
    });
  });
});

describe('the token of v1.1', () => {
  it.each([
    ['AP002', { error: { code: 'AP002', message: 'Invalid API key or secret key' } }, 'CredentialsRejected'],
    ['AP002 in the older envelope', { success: false, code: 'AP002', error: 'Invalid API key or secret key' }, 'CredentialsRejected'],
    ['AP700', { success: false, code: 'AP700', error: "Missing required Parameter: 'userId'" }, 'UpstreamRejected'],
  ])('is refused by %s with HTTP 200', async (_form, body, code) => {
    const { aeropay, upstream } = await v1({}, answer(200, body));
    await expect(aeropay.create(merchantId, jane)).rejects.toMatchObject({ code });
    expect(upstream.count('/aeropay/user')).toBe(0);
  });

  it.each(['AP004', 'AP007', 'AP008', 'AP101'])('that is refused by %s with HTTP 200 is refreshed once', async (code) => {
    const { aeropay, upstream } = await v1({
      '/aeropay/user': inTurn(answer(200, { success: false, code, error: 'x' }), answer(200, { success: true, user: { userId: '1', aeroPassUserUuid: uuid } })),
    }, inTurn(answer(200, { TTL: 1800, token: 'first' }), answer(200, { TTL: 1800, token: 'second' })));
    expect(await aeropay.create(merchantId, jane)).toMatchObject({ aeroPassUserUuid: uuid });
    expect(upstream.count('/aeropay/token')).toBe(2);
  });
});

describe('bank accounts on v1.1', () => {
  it('are read out of the person, with text for flags, ids and times', async () => {
    const { aeropay, upstream } = await v1({ '/aeropay/user': answer(200, documentedUser) });
    expect(await aeropay.list(merchantId, person)).toEqual([
      { id: '123456', bankName: 'Chase Bank', last4: '1222', name: 'Checking - 1222', type: 'checking', status: 'verified', isDefault: true, connectionId: null, createdAt: '2023-08-22T14:37:46.000Z' },
    ]);
    expect(upstream.seen[1]).toMatchObject({ path: '/aeropay/user?id=1234', headers: { authorizationtoken: 'Bearer pay.jwt' } });
  });

  it.each([[{ user: { userId: '1234' } }], [{ user: { bankAccounts: [] } }], [{ user: { bankAccounts: null } }], [{ success: false, code: 'AP400', error: 'no bank linked' }]])('are none in %j', async (reply) => {
    const { aeropay } = await v1({ '/aeropay/user': answer(200, reply) });
    expect(await aeropay.list(merchantId, person)).toEqual([]);
  });

  const linked = {
    userBankInfo: {
      bankAccountId: '15991', userId: '11622', bankName: 'Aerosync Bank (MFA)', accountLast4: '5016', name: 'Aerosync Checking', externalBankAccountId: '', isSelected: '1',
      accountType: 'checking', status: 'verified', createdDate: '1686439169',
    },
    success: true,
  };

  it.each([
    ['the pair of an old SDK', { userId: dashedId, userPassword: '735e33b9-78ec-4887-99d7-a3056997ceb9' }, { user_id: dashedId, user_password: '735e33b9-78ec-4887-99d7-a3056997ceb9' }],
    ['the connection of a new one', { connectionId }, { user_id: connectionId, user_password: connectionId }],
  ])('are linked by %s', async (_form, payload, sent) => {
    const { aeropay, upstream } = await v1({ '/aeropay/linkAccountFromAggregator': answer(200, linked) });
    expect(await aeropay.link(merchantId, person, payload)).toEqual({
      id: '15991', bankName: 'Aerosync Bank (MFA)', last4: '5016', name: 'Aerosync Checking', type: 'checking', status: 'verified', isDefault: true, connectionId, createdAt: '2023-06-10T23:19:29.000Z',
    });
    expect(upstream.seen[0]?.body).toMatchObject({ scope: 'userForMerchant', userId: '1234' });
    expect(upstream.seen[1]?.body).toEqual({ ...sent, aggregator: 'aerosync' });
  });
});

describe('a widget token on v1.1', () => {
  it('comes from aggregatorCredentials for a merchant that takes payments', async () => {
    const { widget, upstream } = await adaptersBefore(
      { '/aeropay/aggregatorCredentials': answer(200, { success: true, fastlinkURL: 'https://sandbox.aerosync.com/', token: 'widget.jwt', username: 'e79432cb9af546e4b00b7cf057fasea2' }) },
      { choices: { aeropayApi: 'v1.1', widgetTokens: 'aeropay' } },
    );
    expect(await widget.mintToken(merchantId, person)).toEqual({ token: 'widget.jwt', lifetimeSeconds: 1800, url: 'https://sandbox.aerosync.com/' });
    expect(upstream.seen[1]).toMatchObject({ method: 'GET', path: '/aeropay/aggregatorCredentials?aggregator=aerosync', headers: { authorizationtoken: 'Bearer pay.jwt' } });
  });
});

it('nobody above can tell the API: both answer every call with the same shapes', async () => {
  const profile = { userId: '1', id: uuid, aeroPassUserUuid: uuid, userStatus: 'Active', firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com', bankAccounts: [] };
  const common = { success: true, user: profile, bankAccounts: [], userBankInfo: { bankAccountId: '1', createdDate: '1686439169' }, token: 'w', fastlinkURL: 'https://sandbox.aerosync.com/' };
  const answers = async (aeropayApi: 'v2' | 'v1.1') => {
    const prefix = aeropayApi === 'v2' ? '/aeropay/v2' : '/aeropay';
    const routes = Object.fromEntries(['user', 'confirmUser', 'bankAccounts', 'linkAccountFromAggregator', 'aggregatorCredentials'].map((path) => [`${prefix}/${path}`, answer(200, common)]));
    const { aeropay, upstream } = await adaptersBefore(routes, { choices: { aeropayApi } });
    const someone: Person = jane;
    const said = [
      await aeropay.create(merchantId, someone), await aeropay.confirm(merchantId, { upstreamUserId: '1', aeroPassUserUuid: null }, '1234'), await aeropay.read(merchantId, person), await aeropay.list(merchantId, person),
      await aeropay.link(merchantId, person, { connectionId }), await aeropay.mintToken(merchantId, person),
    ];
    expect(upstream.seen.every(({ path }) => path.startsWith(prefix))).toBe(true);
    return said.map((one) => Object.keys(one).toSorted());
  };
  expect(await answers('v1.1')).toEqual(await answers('v2'));
});
