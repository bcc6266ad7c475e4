import { describe, expect, it } from 'vitest';
import { aPerson, bolt, bootSimulator, type Booted } from './boot-simulator.ts';
import { aText, matching } from './matchers.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;

async function confirm(booted: Booted, userId: string, over: Record<string, unknown> = {}, merchant = { id: '1456', token: '' }) {
  const token = merchant.token === '' ? await booted.merchantToken() : merchant.token;
  return booted.aeropay('/v2/confirmUser', { token, body: { userId, code: '000000', merchantId: Number(merchant.id), ...over } });
}

async function isConnected(booted: Booted, userId: string): Promise<boolean> {
  return typeof (await booted.userToken(userId)) === 'string';
}

describe('Aeropay POST /v2/user', () => {
  it('connects a new person at once', async () => {
    const booted = await bootSimulator();
    const person = aPerson();

    const { status, body } = await booted.createUser(person);

    expect(status).toBe(200);
    expect(body).toEqual({
      user: { ...person, id: matching(uuid), type: 'consumer', createdDate: '2026-06-15T10:00:00+00:00' },
      mfaType: null,
    });
    expect(await isConnected(booted, body.user.id)).toBe(true);
  });

  it.each([
    ['+12025550101', 'sms'],
    ['+13105550102', 'email'],
  ])('sends a code to the network user %s by %s', async (phoneNumber, mfaType) => {
    const booted = await bootSimulator();

    const { body } = await booted.createUser({ phoneNumber });

    expect(body.mfaType).toBe(mfaType);
    expect(await isConnected(booted, body.user.id)).toBe(false);
  });

  it('disconnects a person who is created again, and keeps the id', async () => {
    const booted = await bootSimulator();
    const person = aPerson();
    const first = (await booted.createUser(person)).body;
    const usedBefore = await booted.userToken(first.user.id);

    const second = (await booted.createUser({ ...person, firstName: 'Janet' })).body;

    expect(second).toEqual({ user: first.user, mfaType: 'sms' });
    expect(await isConnected(booted, first.user.id)).toBe(false);
    expect(await booted.aeropay('/v2/user', { token: usedBefore })).toMatchObject({ status: 401, body: { error: { code: 'AP101' } } });
    expect((await confirm(booted, first.user.id)).status).toBe(200);
    expect(await isConnected(booted, first.user.id)).toBe(true);
  });

  it('treats a person of one merchant as a network user at the next', async () => {
    const booted = await bootSimulator();
    const person = aPerson();
    const atAcme = (await booted.createUser(person)).body;

    const atBolt = (await booted.createUser(person, bolt)).body;

    expect(atBolt).toEqual({ user: atAcme.user, mfaType: 'sms' });
    expect(await isConnected(booted, atAcme.user.id)).toBe(true);
    expect(await booted.userToken(atAcme.user.id, bolt)).toBeUndefined();
  });

  it.each([
    ['no first name', { firstName: undefined }, 400, 'AP700'],
    ['no last name', { lastName: undefined }, 400, 'AP700'],
    ['no phone', { phoneNumber: undefined }, 400, 'AP700'],
    ['the integration guide\'s emailAddress', { email: undefined, emailAddress: 'jane@example.com' }, 400, 'AP700'],
    ['a name that is no text', { firstName: 7 }, 400, 'AP701'],
    ['a malformed e-mail', { email: 'jane at example' }, 400, 'AP701'],
    ['a digit in a name', { lastName: 'Doe2' }, 200, 'AP118'],
    ['a symbol in a name', { firstName: 'Jane!' }, 200, 'AP118'],
    ['a phone without area code', { phoneNumber: '4440199' }, 200, 'AP105'],
    ['a phone without country code', { phoneNumber: '2024440199' }, 200, 'AP106'],
    ['a phone with punctuation', { phoneNumber: '+1 (202) 444-0199' }, 200, 'AP106'],
    ['a phone with a digit too many', { phoneNumber: '+120244401991' }, 200, 'AP106'],
    ['a British phone', { phoneNumber: '+442079460000' }, 200, 'AP119'],
    ...['5550173', '3105550187', '+14045550124', '+13125550198', '+19175550163'].map(
      (phoneNumber): [string, object, number, string] => [`the sandbox's ${phoneNumber}`, { phoneNumber }, 200, 'AP115'],
    ),
    ...['+65-718-555-0134', '+657185550134'].map(
      (phoneNumber): [string, object, number, string] => [`the sandbox's ${phoneNumber}`, { phoneNumber }, 200, 'AP119'],
    ),
    ['no-authenticated-user', { email: 'no-authenticated-user@aeropay.com' }, 401, 'AP101'],
    ['unable-to-create-user', { email: 'unable-to-create-user@aeropay.com' }, 200, 'AP102'],
    ['cannot-extract-user-info', { email: 'cannot-extract-user-info@aeropay.com' }, 200, 'AP104'],
    ['user-already-exists', { email: 'user-already-exists@aeropay.com' }, 200, 'AP107'],
    ['error-adding-user', { email: 'error-adding-user@aeropay.com' }, 200, 'AP108'],
  ])('refuses %s', async (_what, over, status, code) => {
    const { createUser } = await bootSimulator();
    expect(await createUser({ ...over })).toMatchObject({ status, body: { error: { code, message: aText } } });
  });

  it('names the missing field', async () => {
    const { createUser } = await bootSimulator();
    expect((await createUser({ email: undefined })).body.error?.message).toBe("Missing required Parameter: 'email'");
  });

  it.each([['Zoë'], ['Mary Ann'], ['Łukasz']])('accepts the name %s', async (firstName) => {
    const { createUser } = await bootSimulator();
    expect((await createUser({ firstName })).body.user.firstName).toBe(firstName);
  });
});

describe('Aeropay POST /v2/confirmUser', () => {
  const networkUser = async (booted: Booted): Promise<string> => (await booted.createUser({ phoneNumber: '+12025550101' })).body.user.id;

  it('connects the person and shows the active user', async () => {
    const booted = await bootSimulator();
    const userId = await networkUser(booted);

    const { status, body } = await confirm(booted, userId);

    expect(status).toBe(200);
    expect(body.user).toMatchObject({ id: userId, phoneNumber: '+12025550101', userStatus: 'Active' });
    expect(await isConnected(booted, userId)).toBe(true);
  });

  it('takes the merchant id as a text too', async () => {
    const booted = await bootSimulator();
    expect((await confirm(booted, await networkUser(booted), { merchantId: '1456' })).status).toBe(200);
  });

  it('answers AP111 to five wrong codes and AP112 from then on, until a new code is sent', async () => {
    const booted = await bootSimulator();
    const userId = await networkUser(booted);

    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await confirm(booted, userId, { code: '123456' })).toMatchObject({ status: 200, body: { error: { code: 'AP111' } } });
    }
    expect(await confirm(booted, userId)).toMatchObject({ status: 200, body: { error: { code: 'AP112' } } });

    await booted.createUser({ phoneNumber: '+12025550101' });
    expect((await confirm(booted, userId)).body.user.id).toBe(userId);
  });

  it('no longer takes the code after 15 minutes', async () => {
    const booted = await bootSimulator();
    const userId = await networkUser(booted);

    await booted.advance(15 * 60);

    expect((await confirm(booted, userId)).body.error?.code).toBe('AP111');
  });

  it('takes a code once only', async () => {
    const booted = await bootSimulator();
    const userId = await networkUser(booted);
    await confirm(booted, userId);
    expect((await confirm(booted, userId)).body.error?.code).toBe('AP111');
  });

  it.each([
    ['an unknown user', { userId: '49681f36-bbe0-4038-b024-a5d86584255a' }, 200, 'AP113'],
    ['a malformed user', { userId: '123123' }, 400, 'AP701'],
    ['no user', { userId: undefined }, 400, 'AP700'],
    ['no code', { code: undefined }, 400, 'AP700'],
    ['a code that is a number', { code: 0 }, 400, 'AP701'],
    ['no merchant id', { merchantId: undefined }, 400, 'AP700'],
    ['another merchant\'s id', { merchantId: 2001 }, 401, 'AP009'],
  ])('refuses %s', async (_what, over, status, code) => {
    const booted = await bootSimulator();
    expect(await confirm(booted, await networkUser(booted), over)).toMatchObject({ status, body: { error: { code } } });
  });

  it('confirms for one merchant only', async () => {
    const booted = await bootSimulator();
    const userId = await networkUser(booted);

    const atBolt = await confirm(booted, userId, {}, { id: '2001', token: await booted.merchantToken(bolt) });

    expect(atBolt.body.error?.code).toBe('AP111');
    expect(await isConnected(booted, userId)).toBe(false);
  });
});

describe('Aeropay GET /v2/user', () => {
  it('shows the person of the token', async () => {
    const booted = await bootSimulator();
    const { user } = (await booted.createUser()).body;

    const { status, body } = await booted.aeropay('/v2/user', { token: await booted.userToken(user.id) });

    expect(status).toBe(200);
    expect(body).toEqual({ user: { ...user, userStatus: 'Active' } });
  });
});
