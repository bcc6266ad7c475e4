import { describe, expect, it } from 'vitest';
import { acme, bootSimulator, claimsOf } from './boot-simulator.ts';
import { matching } from './matchers.ts';

const merchantScope = { scope: 'merchant', apiKey: acme.aeropay.apiKey, apiSecret: acme.aeropay.apiSecret, id: acme.aeropay.merchantId };
const nobody = '49681f36-bbe0-4038-b024-a5d86584255a';

describe('Aeropay POST /v2/token', () => {
  it('answers a JWT and a TTL that is a number', async () => {
    const { aeropay } = await bootSimulator();

    const { status, body } = await aeropay('/v2/token', { body: merchantScope });

    expect(status).toBe(200);
    expect(body).toEqual({ TTL: 1800, token: matching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
    expect(claimsOf(body.token)).toMatchObject({ auth: '1456', sub: 'merchant', exp: Date.UTC(2026, 5, 15, 10, 30) / 1000 });
  });

  it('takes the merchant id as a number too', async () => {
    const { aeropay } = await bootSimulator();
    expect((await aeropay('/v2/token', { body: { ...merchantScope, id: 1456 } })).status).toBe(200);
  });

  it.each([
    ['a wrong secret', { apiSecret: 'wrong' }, 400, 'AP002', 'Invalid API key or secret key'],
    ['an unknown key', { apiKey: 'wrong' }, 400, 'AP002', 'Invalid API key or secret key'],
    ['an unknown scope', { scope: 'admin' }, 400, 'AP700', 'Invalid scope'],
    ['no scope', { scope: undefined }, 400, 'AP700', "Missing required Parameter: 'scope'"],
    ['no key', { apiKey: undefined }, 400, 'AP700', "Missing required Parameter: 'apiKey'"],
    ['no secret', { apiSecret: undefined }, 400, 'AP700', "Missing required Parameter: 'apiSecret'"],
    ['an empty key', { apiKey: '' }, 400, 'AP700', "Missing required Parameter: 'apiKey'"],
    ['the integration guide\'s spelling', { apiKey: undefined, api_key: acme.aeropay.apiKey }, 400, 'AP700', "Missing required Parameter: 'apiKey'"],
    ['no merchant id', { id: undefined }, 400, 'AP700', "Missing required Parameter: 'id'"],
    ['a key that is no text', { apiKey: 7 }, 400, 'AP701', "Improperly formatted parameter: ['apiKey: must be a string']"],
    ['a malformed merchant id', { id: 'acme' }, 400, 'AP701', "Improperly formatted parameter: ['id: invalid merchant id format']"],
    ['another merchant\'s id', { id: '2001' }, 401, 'AP009', 'Merchant user is not authorized for this merchant'],
    ['userForMerchant without a user', { scope: 'userForMerchant' }, 400, 'AP700', "Missing required Parameter: 'userId'"],
    ['a malformed user', { scope: 'userForMerchant', userId: '1102575' }, 400, 'AP701', "Improperly formatted parameter: ['userId: invalid username format']"],
    ['an unknown user', { scope: 'userForMerchant', userId: nobody }, 400, 'AP002', "User ID doesn't exist or hasn't been associated with this merchant."],
  ])('refuses %s', async (_what, over, status, code, message) => {
    const { aeropay } = await bootSimulator();
    expect(await aeropay('/v2/token', { body: { ...merchantScope, ...over } })).toMatchObject({ status, body: { error: { code, message } } });
  });

  it.each([['{"scope":'], ['[]'], ['"text"']])('refuses %s as a body that is no JSON object', async (rawBody) => {
    const { aeropay } = await bootSimulator();
    expect(await aeropay('/v2/token', { rawBody })).toMatchObject({ status: 400, body: { error: { code: 'AP701' } } });
  });

  it('refuses a form', async () => {
    const { aeropay } = await bootSimulator();
    const reply = await aeropay('/v2/token', { rawBody: 'scope=merchant', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(reply.status).toBe(415);
  });

  it('gives a user token only for a person who is confirmed at this merchant', async () => {
    const { createUser, aeropay } = await bootSimulator();
    const { user } = (await createUser({ phoneNumber: '+12025550101' })).body;
    const request = { body: { ...merchantScope, scope: 'userForMerchant', userId: user.id } };

    expect((await aeropay('/v2/token', request)).body.error?.code).toBe('AP002');
  });
});

describe('an Aeropay token', () => {
  it.each([
    ['no token', async () => undefined, 'AP004'],
    ['a token nobody issued', async () => 'aaa.bbb.ccc', 'AP008'],
    ['an Aerosync token', async (booted: Awaited<ReturnType<typeof bootSimulator>>) => booted.apiToken(), 'AP008'],
  ])('%s is refused with its code', async (_what, tokenOf, code) => {
    const booted = await bootSimulator();
    const token = await tokenOf(booted);
    expect(await booted.aeropay('/v2/user', { body: {}, ...(token !== undefined && { token }) })).toMatchObject({ status: 401, body: { error: { code } } });
  });

  it('expires after 1800 s', async () => {
    const { merchantToken, aeropay, advance } = await bootSimulator();
    const token = await merchantToken();

    await advance(1799);
    expect((await aeropay('/v2/user', { token, body: {} })).body.error?.code).toBe('AP700');
    await advance(1);
    expect(await aeropay('/v2/user', { token, body: {} })).toMatchObject({ status: 401, body: { error: { code: 'AP007' } } });
  });

  it('is refused with AP006 for a call of the other scope', async () => {
    const { merchantToken, userToken, createUser, aeropay } = await bootSimulator();
    const { user } = (await createUser()).body;

    expect(await aeropay('/v2/user', { token: await merchantToken() })).toMatchObject({ status: 401, body: { error: { code: 'AP006' } } });
    expect(await aeropay('/v2/user', { token: await userToken(user.id), body: {} })).toMatchObject({ status: 401, body: { error: { code: 'AP006' } } });
  });
});
