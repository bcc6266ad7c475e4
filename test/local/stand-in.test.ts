import { describe, expect, it } from 'vitest';
import { bankData, bankTransactions } from '../support/stand-in/aerosync.ts';
import { startStandIn, type StandIn, type StandInOptions } from '../support/stand-in-upstream.ts';
import { closeAfterAll, testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aPerson } from './people.ts';
import { walkThrough, type AtTheBank } from './whole-flow.ts';

const oneTimeCode = '482916';
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/i) as string;
const knownPhones = ['+13125550147', '+13125550148', '+13125550149'];

/** One local cloud whose two base URLs point at a stand-in; the simulator is not started. */
function environmentBesideStandIn(options: StandInOptions) {
  let standIn: StandIn | undefined;
  const environment = testEnvironment(async () => {
    standIn = await startStandIn({ oneTimeCode, knownPhones, ...options });
    return { aeropayBaseUrl: standIn.aeropayUrl, aerosyncBaseUrl: standIn.aerosyncUrl };
  });
  closeAfterAll(async () => standIn?.close());
  return () => {
    if (standIn === undefined) throw new Error('the stand-in is not started yet');
    return { ...environment(), standIn };
  };
}

const beside = environmentBesideStandIn({ forms: { knownPerson: 'guide' } });

describe.each(merchants)('another upstream that signs webhooks, for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(beside, merchant);

  it('links a network user to a bank, runs each kind of job through a bank question, reads the data, and links the account for payments', async () => {
    const { api, endpoints } = environment();
    const { standIn } = beside();
    expect(endpoints.simulatorUrl).toBeNull();
    const deliveriesBefore = standIn.deliveries.length;
    standIn.subscribe({ url: endpoints.webhookUrl, secretKey: endpoints.webhookSecret });

    const flow = await walkThrough(api, aPerson({ phoneNumber: '+13125550147' }), atTheBankOf(standIn));
    const { id: userId } = flow.verified.body;
    const none = await api.listBankAccounts(userId);
    const linked = await api.linkBankAccount(userId, { connectionId: flow.connection.id });
    const refreshed = await api.getUser(userId, { refresh: 'true' });

    expect(flow.created.body).toMatchObject({ status: 'verification_required', verification: { channel: 'sms', destination: expect.stringMatching(/^\D*0147$/) as string } });
    expect(JSON.stringify(flow.created.body)).not.toContain('somebody.else');
    expect(flow.wrongCode.upstreamCode).toBe('AP111');
    expect(flow.verified.body).toMatchObject({ status: 'active', verification: null, aeroPassUserUuid: uuid });
    expect(flow.linkToken.url).toBe(merchant.aeropay === 'v2' ? null : 'https://sandbox.aerosync.com');
    expect(flow.connection).toMatchObject({
      status: 'connected',
      upstreamStatus: 'Active',
      institution: { name: 'Second Bank', uuid: null },
      account: { nickname: 'Everyday', type: 'checking', display: '3645', numberType: null },
      canFetchBalance: true,
      expiresAt: '2027-01-02T15:47:48.123Z',
    });
    expect(flow.account.body).toEqual({
      connectionId: flow.connection.id, accountNumber: bankData.accountNumber, routingNumber: bankData.routingNumber,
      accountNumberType: null, accountType: 'checking', bankName: 'Second Bank', connectionStatus: 'connected', expiresAt: '2027-01-02T15:47:48.123Z',
    });
    expect(flow.ended.map(({ status, attempts }) => [status, attempts])).toEqual([['completed', 1], ['completed', 1], ['completed', 1]]);
    expect(await flow.readBalance()).toMatchObject({ available: { amountMinor: 312425, currency: 'USD' }, current: { amountMinor: 400000, currency: 'USD' }, asOf: '2026-10-03T18:07:25.815Z' });
    expect((await flow.readTransactions()).items).toEqual(
      bankTransactions.map(({ date, ours, minor }, index) => ({
        id: String(index + 1), date: date.slice(0, 10), type: ours, amount: { amountMinor: minor, currency: 'USD' }, description: `Payment ${index + 1}`, category: null, subcategory: null,
      })),
    );
    const { accountHolderName, email, phone, address } = await flow.readIdentity();
    expect({ accountHolderName, email, phone }).toEqual({ accountHolderName: bankData.holder, email: bankData.email, phone: bankData.phone });
    expect(address).toEqual({ line1: null, line2: null, city: null, state: null, postalCode: null, country: null, full: bankData.address });
    expect(none.body.items).toEqual([]);
    expect(linked.body).toMatchObject({ last4: '3645', type: 'checking', isDefault: true, connectionId: flow.connection.id });
    expect((await api.listBankAccounts(userId)).body.items).toEqual([{ ...linked.body, connectionId: null }]);
    expect(refreshed.body).toEqual(flow.verified.body);
    expect(standIn.deliveries.every((status) => status === 200)).toBe(true);
    expect(standIn.deliveries.length - deliveriesBefore).toBeGreaterThanOrEqual(9);
  });

  it('has a person whom nobody knew active at once, under the id that Aerosync knows', async () => {
    const { api } = environment();

    const { body: user } = await api.createUser(aPerson());
    const saved = await api.saveConnections(user.id, beside().standIn.link(user.aeroPassUserUuid ?? ''));

    expect(user).toMatchObject({ status: 'active', aeroPassUserUuid: uuid });
    expect(saved.body.items).toMatchObject([{ userId: user.id, status: 'connected' }]);
  });
});

describe.concurrent('the integration flow against another upstream whose v2 answers in the form of v1.1 and sends no webhook', () => {
  const environment = environmentBesideStandIn({ forms: { knownPerson: 'existing_user' } });

  it('learns who the person is from the confirmed code, and sees by polling what nobody tells', async ({ expect }) => {
    const { api, standIn } = environment();

    const flow = await walkThrough(api, aPerson({ phoneNumber: '+13125550148' }), atTheBankOf(standIn), ['transactions']);

    expect(flow.created.body).toMatchObject({ aeroPassUserUuid: null, verification: { channel: 'email' } });
    expect(flow.verified.body.aeroPassUserUuid).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(flow.ended[0]).toMatchObject({ status: 'completed', attempts: 1 });
    expect((await flow.readTransactions()).items).toHaveLength(bankTransactions.length);
    expect(standIn.deliveries).toEqual([]);
  });
});

describe.concurrent('the integration flow against another upstream that takes the other form of every request and says as little as it can', () => {
  const environment = environmentBesideStandIn({ forms: { tokenKeys: 'snake', writing: 'terse' } });

  it('finds the form that is taken, and is woken by events that name nothing but their job', async ({ expect }) => {
    const { api, endpoints, standIn } = environment();
    standIn.subscribe({ url: endpoints.webhookUrl, secretKey: endpoints.webhookSecret });

    const flow = await walkThrough(api, aPerson({ phoneNumber: '+13125550149' }), atTheBankOf(standIn), ['transactions', 'balance']);

    expect(flow.ended.map(({ status, attempts }) => [status, attempts])).toEqual([['completed', 1], ['completed', 1]]);
    expect((await flow.readTransactions()).items).toHaveLength(bankTransactions.length);
    expect(await flow.readBalance()).toMatchObject({ available: { amountMinor: 312425, currency: 'USD' } });
    expect(new Set(standIn.deliveries)).toEqual(new Set([200]));
    const refused = standIn.calls.filter(({ status }) => status >= 400).map(({ method, path, status }) => [method, path.replace(/[0-9a-f]{32}/, '…'), status]);
    expect(refused).not.toContainEqual(expect.arrayContaining([401]));
    expect(refused).toContainEqual(['POST', '/v2/user', 400]);
    expect(refused).toContainEqual(['POST', '/v2/accounts/…/transactions', 404]);
  });
});

describe('an API token of another upstream', () => {
  const environment = environmentBesideStandIn({});

  it('is replaced once when upstream no longer takes it, and nothing of it is shown', async ({ expect }) => {
    const { api, standIn } = environment();
    const { body: user } = await api.createUser(aPerson());
    const { body: saved } = await api.saveConnections(user.id, standIn.link(user.aeroPassUserUuid ?? ''));
    const connectionId = saved.items[0]?.id ?? '';
    await api.accountDetails(connectionId);
    const callsBefore = standIn.calls.length;
    standIn.expireApiTokens();

    const account = await api.accountDetails(connectionId);

    expect(account.body.accountNumber).toBe(bankData.accountNumber);
    const calls = standIn.calls.slice(callsBefore).map(({ path, status }) => [path.replace(/[0-9a-f]{32}/, '…'), status]);
    expect(calls).toEqual([['/v2/accounts/…', 403], ['/v2/token', 200], ['/v2/accounts/…', 200]]);
  });
});

function atTheBankOf(standIn: StandIn): AtTheBank {
  return {
    oneTimeCode,
    link: async (aeroPassUserUuid) => standIn.link(aeroPassUserUuid ?? '', { asks: true, jobSeconds: 0.3 }),
    answer: async (upstreamJobId) => standIn.answer(upstreamJobId ?? ''),
  };
}
