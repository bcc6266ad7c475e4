import { describe, expect, it } from 'vitest';
import { bootSimulator, connectionIds as idsOf, type Booted } from './boot-simulator.ts';
import { aNumber, aText, containing, matching } from './matchers.ts';

async function personWithBank(booted: Booted, scenario = 'default', over: Record<string, unknown> = {}) {
  const { user } = (await booted.createUser()).body;
  const linked = (await booted.sim('/connections', { body: { scenario, aeroPassUserUuid: user.id, ...over } })).body;
  const connectionIds = idsOf(linked);
  return { userId: user.id, token: await booted.userToken(user.id), connectionIds, connectionId: connectionIds[0] ?? '' };
}

const link = (booted: Booted, token: string, connectionId: string, over: Record<string, unknown> = {}) =>
  booted.aeropay('/v2/linkAccountFromAggregator', { token, body: { connectionId, aggregator: 'aerosync', ...over } });

describe('Aeropay POST /v2/linkAccountFromAggregator', () => {
  it('links a checking account, which then stands in the list with its dashed connection id', async () => {
    const booted = await bootSimulator();
    const { token, connectionId } = await personWithBank(booted);
    expect((await booted.aeropay('/v2/bankAccounts', { token })).body).toEqual({ bankAccounts: [] });

    const { status, body } = await link(booted, token, connectionId);

    expect(status).toBe(200);
    expect(body.userBankInfo).toMatchObject({
      bankAccountId: aNumber,
      isSelected: true,
      accountType: 'checking',
      canFetchBalance: true,
      balance: 315110,
      accountHolderInfo: [{ name: { fullName: 'Jane Doe' } }],
    });
    const { bankAccounts } = (await booted.aeropay('/v2/bankAccounts', { token })).body;
    expect(bankAccounts).toMatchObject([{ bankAccountId: body.userBankInfo.bankAccountId, isSelected: true, status: 'verified' }]);
    expect(bankAccounts[0]?.connectionId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(bankAccounts[0]?.connectionId.replaceAll('-', '')).toBe(connectionId);
  });

  it('refuses in the older envelope', async () => {
    const booted = await bootSimulator();
    const { token, connectionId } = await personWithBank(booted, 'savings');
    expect(await link(booted, token, connectionId)).toMatchObject({ status: 200, body: { success: false, code: 'AP411', error: aText } });
  });

  it.each([
    ['a connection that needs the person', 'expired_consent', {}, 'AP300'],
    ['an unknown connection', 'default', { connectionId: 'f'.repeat(32) }, 'AP300'],
    ['another aggregator', 'default', { aggregator: 'mx' }, 'AP408'],
  ])('refuses %s', async (_what, scenario, over, code) => {
    const booted = await bootSimulator();
    const { token, connectionId } = await personWithBank(booted, scenario);
    expect((await link(booted, token, connectionId, over)).body.code).toBe(code);
  });

  it('refuses an account of somebody else', async () => {
    const booted = await bootSimulator();
    const other = await personWithBank(booted);
    const { token } = await personWithBank(booted);
    expect((await link(booted, token, other.connectionId)).body.code).toBe('AP410');
  });

  it('refuses the same account the fourth time and the sixth account', async () => {
    const booted = await bootSimulator();
    const { token, connectionIds } = await personWithBank(booted, 'default', { accounts: 6 });

    const same = [1, 2, 3, 4].map(() => connectionIds[0] ?? '');
    const codes: (string | undefined)[] = [];
    for (const connectionId of [...same, ...connectionIds.slice(1)]) codes.push((await link(booted, token, connectionId)).body.code);

    expect(codes).toEqual([undefined, undefined, undefined, 'AP415', undefined, undefined, undefined, undefined, 'AP414']);
  });
});

describe('Aeropay GET /v2/aggregatorCredentials', () => {
  it('hands out a widget token and where the widget lives', async () => {
    const booted = await bootSimulator();
    const { token } = await personWithBank(booted);

    const { status, body } = await booted.aeropay('/v2/aggregatorCredentials?aggregator=aerosync', { token });

    expect(status).toBe(200);
    expect(body).toEqual({ fastlinkURL: `${booted.simulator.url}/`, token: containing('.'), username: matching(/^[0-9a-f]{32}$/) });
  });

  it('names a missing aggregator without an AP code', async () => {
    const booted = await bootSimulator();
    const { token } = await personWithBank(booted);
    expect(await booted.aeropay('/v2/aggregatorCredentials', { token })).toMatchObject({ status: 400, body: { code: 'MISSING_PARAMETER' } });
    expect((await booted.aeropay('/v2/aggregatorCredentials?aggregator=mx', { token })).body.error?.code).toBe('AP408');
  });

  it.each([
    ['?aggregator=aero%20sync', {}, 400, { code: 'INVALID_FORMAT', message: aText }],
    ['?aggregator=aerosync&redirectURI=nowhere', {}, 200, { error: { code: 'AP409', message: aText } }],
    ['?aggregator=aerosync', { email: 'may-not-link@aeropay.com' }, 200, { error: { code: 'AP407', message: aText } }],
  ])('with %s and %j answers %i %j', async (query, over, status, body) => {
    const booted = await bootSimulator();
    const { user } = (await booted.createUser(over)).body;
    expect(await booted.aeropay(`/v2/aggregatorCredentials${query}`, { token: await booted.userToken(user.id) })).toMatchObject({ status, body });
  });

  it('takes a redirectURI that is a URL', async () => {
    const booted = await bootSimulator();
    const { token } = await personWithBank(booted);
    expect((await booted.aeropay('/v2/aggregatorCredentials?aggregator=aerosync&redirectURI=https%3A%2F%2Fshop.example%2Fback', { token })).body.token).toEqual(aText);
  });
});

describe('a scenario that Aeropay refuses to link', () => {
  it.each([
    ['link_needs_person', 'AP300'],
    ['link_bank_blocked', 'AP403'],
    ['link_bad_routing', 'AP404'],
    ['link_unknown_aggregator', 'AP408'],
    ['link_bad_redirect', 'AP409'],
    ['joint_account', 'AP410'],
    ['link_not_checking', 'AP411'],
    ['link_too_many', 'AP414'],
    ['link_too_often', 'AP415'],
  ])('%s answers %s', async (scenario, code) => {
    const booted = await bootSimulator();
    const { token, connectionId } = await personWithBank(booted, scenario);
    expect(await link(booted, token, connectionId)).toMatchObject({ status: 200, body: { success: false, code, error: aText } });
  });
});

describe('Aeropay PATCH /v2/userBankAccount/{bankAccountId}', () => {
  it('selects the account that payments use', async () => {
    const booted = await bootSimulator();
    const { token, connectionIds } = await personWithBank(booted, 'default', { accounts: 3 });
    for (const connectionId of connectionIds) await link(booted, token, connectionId);
    const selected = async () => (await booted.aeropay('/v2/bankAccounts', { token })).body.bankAccounts.map(({ isSelected }) => isSelected);
    expect(await selected()).toEqual([true, false, false]);
    const { bankAccounts } = (await booted.aeropay('/v2/bankAccounts', { token })).body;

    const { status, body } = await booted.aeropay(`/v2/userBankAccount/${bankAccounts[1]?.bankAccountId}`, { method: 'PATCH', token });

    expect(status).toBe(200);
    expect(body.userBankInfo).toMatchObject({ bankAccountId: bankAccounts[1]?.bankAccountId, isSelected: true });
    expect(await selected()).toEqual([false, true, false]);
  });

  it('refuses an account the person does not have', async () => {
    const booted = await bootSimulator();
    const { token } = await personWithBank(booted);
    expect((await booted.aeropay('/v2/userBankAccount/7', { method: 'PATCH', token })).body.error?.code).toBe('AP401');
  });
});
