import { describe, expect, it } from 'vitest';
import { answer, inTurn } from './loopback.ts';
import { adaptersBefore, credentials, jane, merchantId, person, uuid } from './upstreams.ts';

async function created(reply: unknown) {
  const { aeropay } = await adaptersBefore({ '/aeropay/v2/user': answer(200, reply) });
  return aeropay.create(merchantId, jane);
}

describe('creating a person', () => {
  it('sends what the documents ask for, with a merchant token', async () => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/user': answer(200, { user: { id: uuid }, mfaType: null }) });
    await aeropay.create(merchantId, jane);
    expect(upstream.seen.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: 'POST', path: '/aeropay/v2/token', body: { scope: 'merchant', apiKey: 'pay-key', apiSecret: 'pay-secret', id: '1456' } },
      { method: 'POST', path: '/aeropay/v2/user', body: { firstName: 'Jane', lastName: 'Doe', phoneNumber: '+13125550142', email: 'jane@example.com' } },
    ]);
    expect(upstream.seen[1]?.headers).toMatchObject({ authorization: 'Bearer pay.jwt', 'content-type': 'application/json', accept: 'application/json' });
  });

  it('reads a person who is usable at once', async () => {
    const user = { id: uuid, firstName: 'Jane', lastName: 'Doe', type: 'consumer', email: 'jane@example.com', phoneNumber: '+13125550142' };
    expect(await created({ user, mfaType: null })).toEqual({ upstreamUserId: uuid, aeroPassUserUuid: uuid, verification: null });
  });

  it.each([
    ['sms', { channel: 'sms', destination: '••••••0142' }],
    ['SMS', { channel: 'sms', destination: '••••••0142' }],
    ['email', { channel: 'email', destination: 'j•••@elsewhere.example' }],
    ['a channel added next year', { channel: 'sms', destination: '••••••0142' }],
  ])('reads a code sent by %s, with a masked destination', async (mfaType, verification) => {
    const user = { id: uuid, email: 'jd@elsewhere.example', phoneNumber: '+13125550142' };
    expect(await created({ user, mfaType })).toEqual({ upstreamUserId: uuid, aeroPassUserUuid: uuid, verification });
  });

  it.each(['sms', 'email'])('leaves the destination of %s open where upstream does not say', async (mfaType) => {
    expect((await created({ user: { id: uuid }, mfaType })).verification).toEqual({ channel: mfaType, destination: null });
  });

  it('reads the form of the integration guide, with a number for the id', async () => {
    expect(await created({ success: true, user: { aeroPassUserUuid: uuid, userId: 1102575 } })).toEqual({ upstreamUserId: '1102575', aeroPassUserUuid: uuid, verification: null });
  });

  it.each([null, false])('reads a new person of the older API beside existingUser %j', async (existingUser) => {
    expect(await created({ success: true, existingUser, user: { userId: '1102575', aeroPassUserUuid: uuid } })).toMatchObject({ aeroPassUserUuid: uuid, verification: null });
  });

  it('reads a person of the network, who is no usable user yet', async () => {
    const reply = { success: true, error: null, existingUser: { userId: '123456', phone: '+13125550142', email: 'jane@gmail.example' }, displayMessage: 'entering the pin sent to your email ja****oe@gmail.example' };
    expect(await created(reply)).toEqual({ upstreamUserId: '123456', aeroPassUserUuid: null, verification: { channel: 'email', destination: 'ja****oe@gmail.example' } });
  });

  it('strips the region that some ids carry', async () => {
    expect(await created({ user: { id: `us-east-1:${uuid}` } })).toMatchObject({ upstreamUserId: uuid, aeroPassUserUuid: uuid });
  });

  it('believes what upstream calls aeroPassUserUuid in any form, and an id as one with or without dashes', async () => {
    const bare = uuid.replaceAll('-', '');
    expect(await created({ user: { id: bare } })).toMatchObject({ aeroPassUserUuid: bare });
    expect(await created({ user: { id: '1102575', aeroPassUserUuid: 'person-7' } })).toMatchObject({ aeroPassUserUuid: 'person-7' });
  });

  it('takes no number for a uuid', async () => {
    expect(await created({ user: { id: '1102575' } })).toMatchObject({ upstreamUserId: '1102575', aeroPassUserUuid: null });
  });

  it.each([
    [{}, 'user'],
    [{ user: {} }, 'user.id'],
    [{ user: { id: '' } }, 'user.id'],
    [{ existingUser: { email: 'x' } }, 'existingUser.id'],
    [{ user: { id: { canary: 1 } } }, 'user.id'],
  ])('refuses %j, naming the path', async (reply, path) => {
    await expect(created(reply)).rejects.toThrow(`Aeropay create user: the reply differs at ${path}`);
  });
});

describe('confirming a code', () => {
  it('sends the merchant id as a number where it is one', async () => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/confirmUser': answer(200, { user: { id: uuid, phone: '+13125550142', userStatus: 'Active' } }) });
    expect(await aeropay.confirm(merchantId, person, '012345')).toEqual({ aeroPassUserUuid: uuid });
    expect(upstream.seen[1]?.body).toEqual({ userId: uuid, code: '012345', merchantId: 1456 });
  });

  it('names the person by the uuid, and by the number beside it only where nobody has that uuid', async () => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/confirmUser': inTurn(answer(200, { error: { code: 'AP113', message: 'x' } }), answer(200, { user: { id: uuid } })) });
    await aeropay.confirm(merchantId, { upstreamUserId: '1102575', aeroPassUserUuid: uuid }, '012345');
    expect(upstream.seen.slice(1).map(({ body }) => body)).toMatchObject([{ userId: uuid }, { userId: '1102575' }]);
  });

  it('comes to the guide\'s own example, a number for the person and text for the merchant', async () => {
    const malformed = answer(400, { error: { code: 'AP701', message: 'x' } });
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/confirmUser': inTurn(malformed, malformed, malformed, answer(200, { user: { id: uuid } })) });
    await aeropay.confirm(merchantId, { upstreamUserId: '1102575', aeroPassUserUuid: uuid }, '012345');
    expect(upstream.seen.slice(1).map(({ body }) => body)).toMatchObject([
      { userId: uuid, merchantId: 1456 }, { userId: uuid, merchantId: '1456' }, { userId: '1102575', merchantId: 1456 }, { userId: '1102575', merchantId: '1456' },
    ]);
  });

  it.each(['m-1456', '01456', '9'.repeat(20)])('sends the merchant id %s as it is', async (id) => {
    const source = async () => ({ ...credentials, aeropay: { ...credentials.aeropay, merchantId: id } });
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/confirmUser': answer(200, { user: { id: uuid } }) }, { credentials: source });
    await aeropay.confirm(merchantId, person, '1234');
    expect(upstream.seen[1]?.body).toMatchObject({ merchantId: id });
  });

  it.each([
    [{ user: { aeroPassUserUuid: uuid, userId: '1' } }, uuid],
    [{ user: { userId: '1' } }, null],
    [{ success: true, error: null }, null],
    [{ success: 1 }, null],
  ])('reads %j', async (reply, aeroPassUserUuid) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/confirmUser': answer(200, reply) });
    expect(await aeropay.confirm(merchantId, { upstreamUserId: '1', aeroPassUserUuid: null }, '1234')).toEqual({ aeroPassUserUuid });
  });

  it('takes a reply without a person and without success for none', async () => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/confirmUser': answer(200, { message: 'ok' }) });
    await expect(aeropay.confirm(merchantId, { upstreamUserId: '1', aeroPassUserUuid: null }, '1234')).rejects.toMatchObject({ code: 'UpstreamRejected', message: 'Aeropay confirm user: the reply differs at user' });
  });
});
