import { describe, expect, it } from 'vitest';
import { answer } from './loopback.ts';
import { adaptersBefore, connectionId, merchantId, person, uuid } from './upstreams.ts';

const dashedId = '68c13bc0-855a-4f85-853f-6aafaa43e461';

describe('a profile on v2', () => {
  const read = async (reply: unknown) => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/user': answer(200, reply) });
    return { profile: await aeropay.read(merchantId, person), upstream };
  };

  it('is read in the name of the person', async () => {
    const user = { id: uuid, firstName: 'Jane', lastName: 'Doe', type: 'consumer', email: 'jane@example.com', phoneNumber: '+13125550142', createdDate: '2025-06-24T20:24:21+00:00', userStatus: 'Active' };
    const { profile, upstream } = await read({ user });
    expect(profile).toEqual({ isActive: true, aeroPassUserUuid: uuid, firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com', phoneNumber: '+13125550142' });
    expect(upstream.seen.map(({ method, path, body, headers }) => [method, path, body, headers.authorization])).toEqual([
      ['POST', '/aeropay/v2/token', { scope: 'userForMerchant', apiKey: 'pay-key', apiSecret: 'pay-secret', id: '1456', userId: uuid }, undefined],
      ['GET', '/aeropay/v2/user', undefined, 'Bearer pay.jwt'],
    ]);
  });

  it.each([['Active', true], ['ACTIVE', true], [undefined, true], [null, true], ['Suspended', false], ['Pending', false], ['a word added next year', false]])('with the status %j is active: %j', async (userStatus, isActive) => {
    expect((await read({ user: { id: uuid, userStatus } })).profile.isActive).toBe(isActive);
  });

  it('that says nothing has nulls', async () => {
    expect((await read({ user: { id: '' } })).profile).toEqual({ isActive: true, aeroPassUserUuid: null, firstName: null, lastName: null, email: null, phoneNumber: null });
  });

  it('of a person who was created through the older API is asked for by the uuid', async () => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/user': answer(200, { user: { id: uuid } }) });
    await aeropay.read(merchantId, { upstreamUserId: '1102575', aeroPassUserUuid: uuid });
    await aeropay.read(merchantId, { upstreamUserId: '1102576', aeroPassUserUuid: null });
    expect(upstream.seen.filter(({ path }) => path.endsWith('/token')).map(({ body }) => (body as { userId: string }).userId)).toEqual([uuid, '1102576']);
  });
});

describe('bank accounts on v2', () => {
  const list = async (...bankAccounts: unknown[]) => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/bankAccounts': answer(200, { bankAccounts }) });
    return aeropay.list(merchantId, person);
  };

  it('are read as documented', async () => {
    const account = { bankAccountId: 1139036, bankName: 'Aerosync Bank (MFA)', accountLast4: '3535', name: 'Aerosync Checking', isSelected: true, accountType: 'checking', status: 'verified', createdDate: '2025-12-01T18:52:37+00:00', connectionId: dashedId };
    expect(await list(account, { ...account, bankAccountId: '1139682', isSelected: false })).toEqual([
      { id: '1139036', bankName: 'Aerosync Bank (MFA)', last4: '3535', name: 'Aerosync Checking', type: 'checking', status: 'verified', isDefault: true, connectionId, createdAt: '2025-12-01T18:52:37.000Z' },
      { id: '1139682', bankName: 'Aerosync Bank (MFA)', last4: '3535', name: 'Aerosync Checking', type: 'checking', status: 'verified', isDefault: false, connectionId, createdAt: '2025-12-01T18:52:37.000Z' },
    ]);
  });

  it('of which upstream says "undefined" and "None" have nulls and are unknown', async () => {
    const nothing = { bankName: null, last4: null, name: null, type: 'unknown', status: 'unknown', isDefault: null, connectionId: null, createdAt: null };
    expect(await list({ bankAccountId: 0, bankName: 'undefined', status: 'None', accountType: 'null', name: '', createdDate: 'soon', connectionId: 'None' })).toEqual([{ id: '0', ...nothing }]);
    expect(await list({ bankAccountId: 1 })).toEqual([{ id: '1', ...nothing }]);
  });

  it.each([['CHECKING', 'checking'], ['Savings', 'savings'], ['money market', 'unknown']])('of accountType %j are %s', async (accountType, type) => {
    expect((await list({ bankAccountId: 1, accountType }))[0]?.type).toBe(type);
  });

  it.each([['Verified', 'verified'], ['unverified', 'unverified'], ['pending', 'unverified'], ['a word added next year', 'unknown']])('with the status %j are %s', async (status, ours) => {
    expect((await list({ bankAccountId: 1, status }))[0]?.status).toBe(ours);
  });

  it('never show more than four digits', async () => {
    expect((await list({ bankAccountId: 1, accountLast4: '00100000987654321' }))[0]?.last4).toBe('4321');
    expect((await list({ bankAccountId: 1, accountLast4: 3535 }))[0]?.last4).toBe('3535');
  });

  it('are none where upstream has none, by a list or by AP400', async () => {
    expect(await list()).toEqual([]);
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/bankAccounts': answer(200, { error: { code: 'AP400', message: 'no bank linked' } }) });
    expect(await aeropay.list(merchantId, person)).toEqual([]);
  });

  it.each([[{ bankName: 'Chase' }, 'bankAccounts.0.bankAccountId'], [{ bankAccountId: '' }, 'bankAccounts.0.bankAccountId'], [{ bankAccountId: 1, isSelected: 'perhaps' }, 'bankAccounts.0.isSelected']])('of another shape are refused, naming the path: %j', async (account, path) => {
    await expect(list(account)).rejects.toThrow(`Aeropay bank accounts: the reply differs at ${path}`);
  });
});

describe('linking a bank account on v2', () => {
  const info = { bankAccountId: 7, bankName: 'Chase', accountLast4: '1222', accountHolderInfo: [{ name: { fullName: 'Jane Canary' } }], canFetchBalance: true, balance: 312425 };

  it.each([
    ['the connection', { connectionId }, connectionId],
    ["an old SDK's pair, by its user id, which is the connection's", { userId: dashedId, userPassword: 'canary-password' }, connectionId],
    ["a pair whose user id is the person's, by its password, which is the connection's", { userId: uuid.toUpperCase(), userPassword: dashedId }, connectionId],
  ])('sends %s, in the name of the person', async (_form, payload, sent) => {
    const { aeropay, upstream } = await adaptersBefore({ '/aeropay/v2/linkAccountFromAggregator': answer(200, { userBankInfo: info }) });
    const linked = await aeropay.link(merchantId, person, payload);
    expect(upstream.seen[1]).toMatchObject({ method: 'POST', body: { connectionId: sent, aggregator: 'aerosync' } });
    expect(linked).toMatchObject({ id: '7', connectionId });
    expect(JSON.stringify([linked, upstream.seen])).not.toMatch(/Canary|canary-password/);
  });

  it('believes the connection that upstream names', async () => {
    const { aeropay } = await adaptersBefore({ '/aeropay/v2/linkAccountFromAggregator': answer(200, { userBankInfo: { ...info, connectionId: 'A2C7F64F-3DF9-4090-B3BD-AD6FC3003C90' } }) });
    expect((await aeropay.link(merchantId, person, { connectionId })).connectionId).toBe('a2c7f64f3df94090b3bdad6fc3003c90');
  });

  it.each([
    ['AP300', 'UserActionRequired', undefined], ['AP403', 'NotAvailable', undefined], ['AP404', 'NotAvailable', undefined], ['AP408', 'UpstreamRejected', undefined], ['AP409', 'UpstreamRejected', undefined],
    ['AP410', 'NotAvailable', undefined], ['AP411', 'NotAvailable', undefined], ['AP414', 'UpstreamRejected', undefined], ['AP415', 'UpstreamRejected', undefined],
  ])('is refused by %s with HTTP 200, once', async (upstreamCode, code, nextAction) => {
    const path = '/aeropay/v2/linkAccountFromAggregator';
    const { aeropay, upstream } = await adaptersBefore({ [path]: answer(200, { success: false, code: upstreamCode, error: 'for Jane Canary' }) });
    const error: unknown = await aeropay.link(merchantId, person, { connectionId }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, details: { upstreamCode, nextAction } });
    expect((error as Error).message).not.toContain('Canary');
    expect(upstream.count(path)).toBe(1);
  });
});

describe('a widget token of Aeropay on v2', () => {
  const mint = async (status: number, reply: unknown) => {
    const { widget, upstream } = await adaptersBefore({ '/aeropay/v2/aggregatorCredentials': answer(status, reply) }, { choices: { widgetTokens: 'aeropay' } });
    return { minted: await widget.mintToken(merchantId, person), upstream };
  };

  it.each([
    ['fastlinkURL', { fastlinkURL: 'https://sandbox.aerosync.com/' }, 'https://sandbox.aerosync.com/'], ['url', { url: 'https://sync.aero.inc' }, 'https://sync.aero.inc'],
    ['no address', {}, null], ['an empty one', { fastlinkURL: '' }, null], ['what is no address', { fastlinkURL: '<">' }, null], ['what a browser would run', { url: 'javascript:alert(1)' }, null],
  ])('comes with %s', async (_form, address, url) => {
    const { minted, upstream } = await mint(200, { token: 'widget.jwt', username: 'e79432cb', ...address });
    expect(minted).toEqual({ token: 'widget.jwt', lifetimeSeconds: 1800, url });
    expect(upstream.seen[1]).toMatchObject({ method: 'GET', path: '/aeropay/v2/aggregatorCredentials?aggregator=aerosync', headers: { authorization: 'Bearer pay.jwt' } });
  });

  it.each(['MISSING_PARAMETER', 'INVALID_FORMAT'])('is refused by %s, which has no wrapper', async (code) => {
    await expect(mint(400, { code, message: 'aggregator' })).rejects.toMatchObject({ code: 'UpstreamRejected', details: { upstreamCode: code } });
  });

  it('is minted afresh for every launch', async () => {
    const { widget, upstream } = await adaptersBefore({ '/aeropay/v2/aggregatorCredentials': answer(200, { token: 'w' }) }, { choices: { widgetTokens: 'aeropay' } });
    await widget.mintToken(merchantId, person);
    await widget.mintToken(merchantId, person);
    expect(upstream.count('/aeropay/v2/aggregatorCredentials')).toBe(2);
    expect(upstream.count('/aeropay/v2/token')).toBe(1);
  });
});
