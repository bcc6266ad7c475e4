import { describe, expect, it } from 'vitest';
import { acme, aPerson, bolt, bootSimulator, type Booted } from './boot-simulator.ts';
import { aText, matching } from './matchers.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
const credentials = { scope: 'merchant', api_key: acme.aeropay.apiKey, api_secret: acme.aeropay.apiSecret, id: acme.aeropay.merchantId };

/** The profile of v1: snake_case. */
function profileV1(over: Record<string, unknown> = {}) {
  const { firstName, lastName, phoneNumber, email } = aPerson();
  return { first_name: firstName, last_name: lastName, phone_number: phoneNumber, email, ...over };
}

const create = async (booted: Booted, profile: object, headers: Record<string, string> = { 'X-API-Version': '1.1' }, merchant = acme) =>
  booted.v1('/user', { token: await booted.v1Token(undefined, merchant), body: profile, headers });

const confirm = async (booted: Booted, userId: string, code = '000000') =>
  booted.v1('/confirmUser', { token: await booted.v1Token(), body: { userId, code } });

/** A refusal of v1: always HTTP 200. */
const refused = (code: string, error: unknown = aText) => ({ status: 200, body: { success: false, code, error } });

describe('Aeropay v1 POST /token', () => {
  it('answers a JWT and a TTL that is a number', async () => {
    const { v1 } = await bootSimulator();
    const { status, body } = await v1('/token', { body: credentials });
    expect(status).toBe(200);
    expect(body).toEqual({ TTL: 1800, token: matching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
  });

  it.each([
    ['a wrong secret', { api_secret: 'wrong' }, 'AP002', 'Invalid API key or secret key'],
    ['v2\'s spelling', { api_key: undefined, apiKey: acme.aeropay.apiKey }, 'AP700', "Missing required Parameter: 'api_key'"],
    ['no user for userForMerchant', { scope: 'userForMerchant' }, 'AP700', "Missing required Parameter: 'userId'"],
    ['a user nobody is', { scope: 'userForMerchant', userId: '1102575' }, 'AP002', "User ID doesn't exist or hasn't been associated with this merchant."],
    ['a person\'s own scope', { scope: 'user' }, 'AP700', 'Invalid scope'],
  ])('refuses %s inside HTTP 200', async (_what, over, code, error) => {
    const { v1 } = await bootSimulator();
    expect(await v1('/token', { body: { ...credentials, ...over } })).toMatchObject(refused(code, error));
  });
});

describe('Aeropay v1 POST /user', () => {
  it.each([['1.1'], [undefined]])('makes a new person, usable at once, with X-API-Version %s', async (version) => {
    const booted = await bootSimulator();
    const profile = profileV1();

    const { status, body } = await create(booted, profile, version === undefined ? {} : { 'X-API-Version': version });

    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      user: {
        userId: matching(/^\d+$/),
        firstName: 'Jane',
        lastName: 'Doe',
        type: 'consumer',
        email: profile.email,
        phone: profile.phone_number,
        createdDate: '1781517600',
        bankAccounts: [],
        aeroPassUserUuid: matching(uuid),
        userStatus: 'Active',
      },
    });
    expect(await booted.v1Token(body.user.userId)).toEqual(aText);
  });

  it('answers success for somebody the network knows, who cannot be used before the code from the e-mail', async () => {
    const booted = await bootSimulator();

    const { status, body } = await create(booted, profileV1({ phone_number: '+13125550101', email: 'janedoe@aeropay.com' }));

    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      error: null,
      existingUser: { userId: matching(/^\d+$/), phone: '+13125550101', email: 'janedoe@gmail.com' },
      displayMessage: "You've previously used AeroPay to pay another business. Please verify your identity by entering the pin sent to your email ja****oe@gmail.com",
    });
    expect(await booted.v1Token(body.existingUser.userId)).toBeUndefined();
    expect(await confirm(booted, body.existingUser.userId)).toMatchObject({ status: 200, body: { success: true, error: null } });
    expect(await booted.v1Token(body.existingUser.userId)).toEqual(aText);
  });

  it.each([
    ['jo@example.com', 'j****@example.com'],
    ['joe@example.com', 'j****e@example.com'],
    ['jane.doe@example.com', 'ja****oe@example.com'],
  ])('masks %s as %s', async (email, masked) => {
    const booted = await bootSimulator();
    const profile = profileV1({ email });
    await create(booted, profile);
    expect((await create(booted, profile)).body.displayMessage.endsWith(` ${masked}`)).toBe(true);
  });

  it.each([
    ['somebody the network knows from elsewhere', { phone_number: '+13125550102' }],
    ['somebody created before', {}],
  ])('without the version header refuses %s and changes nothing', async (_who, over) => {
    const booted = await bootSimulator();
    const profile = profileV1(over);
    const before = (await create(booted, profile)).body;
    if ('existingUser' in before) await confirm(booted, before.existingUser.userId);
    const userId = 'user' in before ? before.user.userId : (before as { existingUser: { userId: string } }).existingUser.userId;

    expect(await create(booted, profile, {})).toMatchObject(refused('AP107'));

    expect(await booted.v1Token(userId)).toEqual(aText);
  });

  it('disconnects a person who is created again', async () => {
    const booted = await bootSimulator();
    const profile = profileV1();
    const { userId } = (await create(booted, profile)).body.user;
    const token = await booted.v1Token(userId);
    expect((await create(booted, profile)).body.existingUser.userId).toBe(userId);
    expect(await booted.v1(`/user?id=${userId}`, { token })).toMatchObject(refused('AP101'));
  });

  it.each([
    ['no first name', { first_name: undefined }, 'AP700'],
    ['v2\'s names', { phone_number: undefined, phoneNumber: '+12024440000' }, 'AP700'],
    ['a malformed e-mail', { email: 'jane' }, 'AP701'],
    ['a digit in a name', { last_name: 'Doe2' }, 'AP118'],
    ['a British phone', { phone_number: '+442079460000' }, 'AP119'],
    ['the sandbox\'s landline', { phone_number: '+14045550124' }, 'AP115'],
    ['no-authenticated-user', { email: 'no-authenticated-user@aeropay.com' }, 'AP101'],
    ['unable-to-create-user', { email: 'unable-to-create-user@aeropay.com' }, 'AP102'],
  ])('refuses %s inside HTTP 200', async (_what, over, code) => {
    expect(await create(await bootSimulator(), profileV1(over))).toMatchObject(refused(code));
  });

  it.each([
    ['no token', {}, 'AP004'],
    ['the token in v2\'s header', { authorization: 'Bearer %' }, 'AP004'],
    ['a token nobody issued', { authorizationToken: 'Bearer aaa.bbb.ccc' }, 'AP008'],
  ])('refuses %s', async (_what, headers, code) => {
    const booted = await bootSimulator();
    const token = await booted.v1Token();
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('%', token)]));
    expect(await booted.v1('/user', { body: profileV1(), headers: filled })).toMatchObject(refused(code));
  });
});

describe('Aeropay v1 POST /confirmUser', () => {
  it.each([
    ['+13125550101', '123456', 'AP111'],
    ['+13125550103', '000000', 'AP111'],
    ['+13125550104', '000000', 'AP112'],
  ])('of %s refuses %s', async (phone, code, expected) => {
    const booted = await bootSimulator();
    const { existingUser } = (await create(booted, profileV1({ phone_number: phone }))).body;
    expect(await confirm(booted, existingUser.userId, code)).toMatchObject(refused(expected));
  });

  it('knows nobody by a number that was never given', async () => {
    expect(await confirm(await bootSimulator(), '7')).toMatchObject(refused('AP113'));
  });
});

describe('Aeropay v1 GET /user', () => {
  it('shows success as 1, flags and ids as texts, dates as seconds in texts', async () => {
    const booted = await bootSimulator();
    const { user } = (await create(booted, profileV1())).body;
    const token = await booted.v1Token(user.userId);
    const linked = (await booted.sim('/connections', { body: { aeroPassUserUuid: user.aeroPassUserUuid, accounts: 2 } })).body.accounts ?? [];
    for (const { connectionId } of linked) {
      await booted.v1('/linkAccountFromAggregator', { token, body: { user_id: connectionId, user_password: connectionId, aggregator: 'aerosync' } });
    }

    const { status, body, text } = await booted.v1(`/user?id=${user.userId}`, { token });

    expect(status).toBe(200);
    const account = {
      bankAccountId: matching(/^\d+$/),
      userId: user.userId,
      bankName: 'Aerosync Bank',
      accountLast4: linked[0]?.accountNumberDisplay,
      name: 'Aerosync Checking',
      externalBankAccountId: '',
      isSelected: '1',
      accountType: 'checking',
      status: 'verified',
      createdDate: '1781517600',
    };
    expect(body).toEqual({
      success: 1,
      user: { ...user, bankAccounts: [account, { ...account, bankAccountId: aText, isSelected: '0', accountLast4: linked[1]?.accountNumberDisplay }] },
    });
    expect(text.replace(/"bankAccounts":\[.*\]/, '').match(/"createdDate"/g)).toHaveLength(2);
  });

  it('takes the UUID for the number', async () => {
    const booted = await bootSimulator();
    const { user } = (await create(booted, profileV1())).body;
    const token = await booted.v1Token(user.aeroPassUserUuid);
    expect((await booted.v1(`/user?id=${user.aeroPassUserUuid}`, { token })).body.user.userId).toBe(user.userId);
  });

  it.each([
    ['no id', '/user', 'AP700'],
    ['another id than the token\'s', '/user?id=7', 'AP113'],
  ])('refuses %s', async (_what, path, code) => {
    const booted = await bootSimulator();
    const { user } = (await create(booted, profileV1())).body;
    expect(await booted.v1(path, { token: await booted.v1Token(user.userId) })).toMatchObject(refused(code));
  });

  it('refuses a merchant\'s token', async () => {
    const booted = await bootSimulator();
    expect(await booted.v1('/user?id=7', { token: await booted.v1Token() })).toMatchObject(refused('AP006'));
  });
});

describe('Aeropay v1 GET /aggregatorCredentials', () => {
  it('hands out a widget token, with success', async () => {
    const booted = await bootSimulator();
    const { user } = (await create(booted, profileV1())).body;
    const { body } = await booted.v1('/aggregatorCredentials?aggregator=aerosync', { token: await booted.v1Token(user.userId) });
    expect(body).toEqual({ success: true, fastlinkURL: `${booted.simulator.url}/`, token: aText, username: matching(/^[0-9a-f]{32}$/) });
  });

  it.each([
    ['', {}, 'AP700'],
    ['?aggregator=mx', {}, 'AP408'],
    ['?aggregator=aerosync&redirectURI=nowhere', {}, 'AP409'],
    ['?aggregator=aerosync', { email: 'may-not-link@aeropay.com' }, 'AP407'],
  ])('with "%s" refuses %j', async (query, over, code) => {
    const booted = await bootSimulator();
    const { user } = (await create(booted, profileV1(over))).body;
    expect(await booted.v1(`/aggregatorCredentials${query}`, { token: await booted.v1Token(user.userId) })).toMatchObject(refused(code));
  });
});

describe('Aeropay v1 POST /linkAccountFromAggregator', () => {
  async function linked(over: Record<string, unknown> = {}) {
    const booted = await bootSimulator();
    const { user } = (await create(booted, profileV1())).body;
    const payload = (await booted.sim('/connections', { body: { aeroPassUserUuid: user.aeroPassUserUuid, ...over } })).body;
    const token = await booted.v1Token(user.userId);
    const link = (ids: object) => booted.v1('/linkAccountFromAggregator', { token, body: { aggregator: 'aerosync', ...ids } });
    return { ...booted, user, payload, link };
  }

  it('takes what an old SDK handed on', async () => {
    const { payload, link, user } = await linked({ payload: 'old' });
    expect(payload).toEqual({ user_id: matching(/^[0-9a-f-]{36}$/), user_password: matching(uuid), ClientName: 'acme', FILoginAcctId: matching(/^\{"u_guid":"USR-.+","m_guid":"MBR-.+","a_guid":"ACT-.+"\}$/) });

    const { status, body } = await link({ user_id: payload.user_id, user_password: payload.user_password });

    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, userBankInfo: { bankAccountId: matching(/^\d+$/), userId: user.userId, isSelected: '1', accountType: 'checking', createdDate: '1781517600' } });
  });

  it.each([
    ['the connection id twice', (id: string) => ({ user_id: id, user_password: id })],
    ['the person\'s uuid and the connection id', (id: string, uuidOfPerson: string) => ({ user_id: uuidOfPerson, user_password: id })],
  ])('takes from a newer SDK %s', async (_what, ids) => {
    const { payload, link, user } = await linked();
    expect((await link(ids(payload.connectionId ?? '', user.aeroPassUserUuid))).body.success).toBe(true);
  });

  it.each([
    ['a wrong password', { user_password: 'ffffffff-ffff-4fff-8fff-ffffffffffff' }, 'AP300'],
    ['a wrong id', { user_id: 'ffffffff-ffff-4fff-8fff-ffffffffffff' }, 'AP300'],
    ['no password', { user_password: undefined }, 'AP700'],
    ['another aggregator', { aggregator: 'mx' }, 'AP408'],
  ])('refuses %s', async (_what, over, code) => {
    const { payload, link } = await linked({ payload: 'old' });
    expect(await link({ user_id: payload.user_id, user_password: payload.user_password, ...over })).toMatchObject(refused(code));
  });
});

describe('Aeropay v1 DELETE /userMerchantVerification', () => {
  it('makes a person a stranger again, who gets a code the next time', async () => {
    const booted = await bootSimulator();
    const profile = profileV1();
    const { userId } = (await create(booted, profile)).body.user;

    const { status, body } = await booted.v1('/userMerchantVerification', { method: 'DELETE', token: await booted.v1Token(), body: { userId, merchantId: '1456' } });

    expect(status).toBe(200);
    expect(body).toEqual({ success: true, error: null, message: aText, userId });
    expect(await booted.v1Token(userId)).toBeUndefined();
    expect((await create(booted, profile)).body.existingUser.userId).toBe(userId);
  });

  it.each([
    ['another merchant', { merchantId: '2001' }, 'AP009'],
    ['nobody', { userId: '7' }, 'AP113'],
    ['no merchant', { merchantId: undefined }, 'AP700'],
  ])('refuses %s', async (_what, over, code) => {
    const booted = await bootSimulator();
    const { userId } = (await create(booted, profileV1())).body.user;
    const body = { userId, merchantId: '1456', ...over };
    expect(await booted.v1('/userMerchantVerification', { method: 'DELETE', token: await booted.v1Token(), body })).toMatchObject(refused(code));
  });
});

describe('a person', () => {
  it('is the same through both versions: v2\'s id is v1\'s aeroPassUserUuid', async () => {
    const booted = await bootSimulator();
    const profile = profileV1();
    const { user } = (await create(booted, profile)).body;

    const atBolt = await booted.createUser({ phoneNumber: profile.phone_number }, bolt);

    expect(atBolt.body).toMatchObject({ user: { id: user.aeroPassUserUuid }, mfaType: 'sms' });
    expect((await booted.aeropay('/v2/user', { token: await booted.userToken(user.aeroPassUserUuid) })).body.user.id).toBe(user.aeroPassUserUuid);
  });
});
