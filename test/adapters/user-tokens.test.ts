import { describe, expect, it } from 'vitest';
import type { UpstreamCredentials } from '../../lambdas/domain/merchant.ts';
import { answer, inTurn, type Respond, type Seen } from './loopback.ts';
import { adaptersBefore, connectionId, credentials, HandClock, merchantId, person, rotated, uuid } from './upstreams.ts';

const other = { upstreamUserId: 'f2b0a5a4-8e60-4a72-b3a1-064f2d6943e8', aeroPassUserUuid: 'f2b0a5a4-8e60-4a72-b3a1-064f2d6943e8' };
const user = answer(200, { user: { id: uuid }, bankAccounts: [] });
const refusedBy = (code: string, status = 400): Respond => answer(status, { error: { code, message: "User ID doesn't exist or hasn't been associated with this merchant." } });
const scopeOf = ({ body }: Seen) => (body as { scope: string }).scope;

/** Grants merchants their token; what is asked in a person's name is answered by the other. */
const tokensFor = (inName: Respond): Respond => (seen, response) => (scopeOf(seen) === 'merchant' ? answer(200, { TTL: 1800, token: 'merchant.jwt' }) : inName)(seen, response);

function numbered(): Respond {
  let minted = 0;
  return (seen, response) => {
    minted += 1;
    answer(200, { TTL: 1800, token: `t-${minted}` })(seen, response);
  };
}

describe.each([
  ['v2', '/aeropay/v2/token', '/aeropay/v2/user', '/aeropay/v2/bankAccounts'],
  ['v1.1', '/aeropay/token', '/aeropay/user', '/aeropay/user'],
] as const)("a token in a person's name on %s", (aeropayApi, tokenPath, userPath, accountsPath) => {
  const before = (tokens: Respond, settings: Parameters<typeof adaptersBefore>[1] = {}, routes: Readonly<Record<string, Respond>> = {}) =>
    adaptersBefore({ [tokenPath]: tokens, [userPath]: user, [accountsPath]: user, ...routes }, { choices: { aeropayApi }, ...settings });

  it('is minted once for each person, however many calls wait, and apart from the merchant\'s', async () => {
    const { aeropay, upstream } = await before(numbered());
    await Promise.all([person, other, person, other].flatMap((who) => Array.from({ length: 10 }, () => aeropay.read(merchantId, who))));
    const minted = upstream.seen.filter(({ path }) => path === tokenPath).map(({ body }) => (body as { userId: string }).userId);
    expect(minted.toSorted()).toEqual([person.upstreamUserId, other.upstreamUserId].toSorted());
    await aeropay.create(merchantId, { firstName: 'Jane', lastName: 'Doe', phoneNumber: '+13125550142', email: 'jane@example.com' });
    expect(upstream.count(tokenPath)).toBe(3);
  });

  it('is never shared between merchants', async () => {
    const { aeropay, upstream } = await before(numbered());
    await aeropay.read('mer_1', person);
    await aeropay.read('mer_2', person);
    expect(upstream.count(tokenPath)).toBe(2);
  });

  it('lives until two minutes before its end', async () => {
    const clock = new HandClock();
    const { aeropay, upstream } = await before(numbered(), { clock });
    await aeropay.list(merchantId, person);
    clock.pass(27 * 60 + 59);
    await aeropay.list(merchantId, person);
    expect(upstream.count(tokenPath)).toBe(1);
    clock.pass(1);
    await aeropay.list(merchantId, person);
    expect(upstream.count(tokenPath)).toBe(2);
  });

  it('is granted anew where it tells whether the person is confirmed: a kept one may outlive that', async () => {
    const { aeropay, upstream } = await before(inTurn(answer(200, { TTL: 1800, token: 't-1' }), tokensFor(refusedBy('AP002'))));
    await aeropay.list(merchantId, person);
    await expect(aeropay.read(merchantId, person)).rejects.toMatchObject({ code: 'VerificationRequired' });
    expect(upstream.count(tokenPath)).toBe(3);
  });

  it.each([400, 401, 200])('that AP002 refuses with HTTP %i asks for the person to be confirmed, while the merchant is granted its own', async (status) => {
    const { aeropay, upstream } = await before(tokensFor(refusedBy('AP002', status)));
    await expect(aeropay.read(merchantId, person)).rejects.toMatchObject({ code: 'VerificationRequired', details: { upstreamCode: 'AP002' } });
    expect(upstream.seen.map(scopeOf)).toEqual(['userForMerchant', 'merchant']);
    expect(upstream.count(userPath)).toBe(0);
  });

  it('that AP002 refuses as it refuses the merchant means wrong credentials', async () => {
    const { aeropay } = await before(refusedBy('AP002'));
    await expect(aeropay.list(merchantId, person)).rejects.toMatchObject({ code: 'CredentialsRejected', details: { upstreamCode: 'AP002' } });
  });

  it('that is refused with old credentials is asked for with the new ones', async () => {
    let stored: UpstreamCredentials = credentials;
    const onlyNew: Respond = (seen, response) => (JSON.stringify(seen.body).includes('new-') ? answer(200, { TTL: 1800, token: 'new' }) : refusedBy('AP002'))(seen, response);
    const source = async (_merchantId: string, refused?: UpstreamCredentials) => {
      if (refused !== undefined) stored = rotated;
      return stored;
    };
    const { aeropay, upstream } = await before(onlyNew, { credentials: source });
    expect(await aeropay.read(merchantId, person)).toMatchObject({ isActive: true });
    expect(upstream.seen.slice(0, -1).map(scopeOf)).toEqual(['userForMerchant', 'merchant', 'merchant', 'userForMerchant']);
  });

  it('that is refused with the new credentials too asks for the person to be confirmed', async () => {
    let stored: UpstreamCredentials = credentials;
    const source = async (_merchantId: string, refused?: UpstreamCredentials) => {
      if (refused !== undefined) stored = rotated;
      return stored;
    };
    const onlyMerchant: Respond = (seen, response) => {
      const isGranted = JSON.stringify(seen.body).includes('new-') && scopeOf(seen) === 'merchant';
      (isGranted ? answer(200, { TTL: 1800, token: 'new' }) : refusedBy('AP002'))(seen, response);
    };
    const { aeropay } = await before(onlyMerchant, { credentials: source });
    await expect(aeropay.read(merchantId, person)).rejects.toMatchObject({ code: 'VerificationRequired' });
  });

  it('without any code, by a bare 401, is laid to the credentials', async () => {
    const { aeropay } = await before(tokensFor(answer(401, '')));
    await expect(aeropay.read(merchantId, person)).rejects.toMatchObject({ code: 'CredentialsRejected' });
  });

  it('that a call refuses once the person is disconnected ends as a person to be confirmed', async () => {
    const inName = inTurn(answer(200, { TTL: 1800, token: 'user.jwt' }), refusedBy('AP002'));
    const { aeropay, upstream } = await before(tokensFor(inName), {}, { [userPath]: refusedBy('AP101', 401) });
    await expect(aeropay.read(merchantId, person)).rejects.toMatchObject({ code: 'VerificationRequired' });
    expect(upstream.count(userPath)).toBe(1);
  });

  it.each(['AP004', 'AP007', 'AP008', 'AP101'])('that is refused by %s is refreshed once', async (code) => {
    const { aeropay, upstream } = await before(numbered(), {}, { [userPath]: inTurn(refusedBy(code, 401), user) });
    await aeropay.read(merchantId, person);
    const header = aeropayApi === 'v2' ? 'authorization' : 'authorizationtoken';
    expect(upstream.seen.filter(({ path }) => path.startsWith(userPath)).map(({ headers }) => headers[header])).toEqual(['Bearer t-1', 'Bearer t-2']);
  });

  it('of a person who is not confirmed refuses a link and a widget token alike', async () => {
    const { aeropay } = await before(tokensFor(refusedBy('AP002')));
    await expect(aeropay.link(merchantId, person, { connectionId })).rejects.toMatchObject({ code: 'VerificationRequired' });
    await expect(aeropay.mintToken(merchantId, person)).rejects.toMatchObject({ code: 'VerificationRequired' });
  });
});
