/**
 * Pins: adapters and simulator, written apart from the same reference, understand each other in every scenario of a bank, on both of Aeropay's APIs,
 * and on each side of every contradiction that the simulator can choose.
 * Left out: faults of the wire and odd replies, which upstream-faults.test.ts and its neighbours send without a simulator.
 */
import { describe, expect, it } from 'vitest';
import { Aeropay } from '../../lambdas/adapters/aeropay/aeropay.ts';
import { AerosyncAccounts } from '../../lambdas/adapters/aerosync/aerosync-accounts.ts';
import { AerosyncClient } from '../../lambdas/adapters/aerosync/aerosync-client.ts';
import { AerosyncJobs } from '../../lambdas/adapters/aerosync/aerosync-jobs.ts';
import { AerosyncWidget } from '../../lambdas/adapters/aerosync/aerosync-widget.ts';
import { ChosenWidget } from '../../lambdas/adapters/upstream-http/chosen-widget.ts';
import { normalConnectionId } from '../../lambdas/domain/connection.ts';
import type { JobType } from '../../lambdas/domain/job.ts';
import { upstreamChoices, type SaidUpstreamChoices } from '../../lambdas/domain/merchant.ts';
import type { Person } from '../../lambdas/domain/user.ts';
import { contradictionList, type Side } from '../../simulator/contradictions/contradiction-table.ts';
import type { SimulatorOptions } from '../../simulator/start-simulator.ts';
import { acme, aPerson, bootSimulator } from '../simulator/boot-simulator.ts';
import { HandClock, merchantId } from './upstreams.ts';

async function boot(choices: SaidUpstreamChoices = {}, options: Partial<SimulatorOptions> = {}) {
  const booted = await bootSimulator(options);
  const common = { clock: new HandClock(), credentials: async () => ({ aeropay: acme.aeropay, aerosync: acme.aerosync }), sleep: async () => undefined, random: () => 0 };
  const merchants = { upstreamChoices: async () => upstreamChoices.parse(choices) };
  const aerosync = new AerosyncClient({ ...common, baseUrl: new URL(booted.simulator.aerosyncUrl) });
  const aeropay = new Aeropay({ ...common, baseUrl: new URL(booted.simulator.aeropayUrl) }, merchants);
  return {
    ...booted,
    aeropay,
    widget: new ChosenWidget(merchants, { aerosync: new AerosyncWidget(aerosync), aeropay }),
    accounts: new AerosyncAccounts(aerosync),
    jobs: new AerosyncJobs(aerosync, merchants),
  };
}
type Ours = Awaited<ReturnType<typeof boot>>;

/** A new person as our use cases leave them: created, and confirmed where a code was sent. */
async function confirmed({ aeropay }: Ours, over: Partial<Person> = {}) {
  const created = await aeropay.create(merchantId, { ...aPerson(), ...over });
  const { aeroPassUserUuid } = created.verification === null ? created : await aeropay.confirm(merchantId, created, '000000');
  if (aeroPassUserUuid === null) throw new Error('upstream did not say who the person is');
  return { created, person: { upstreamUserId: created.upstreamUserId, aeroPassUserUuid } };
}

/** A bank that the person links in the widget, with the form of its id that we keep. */
async function linked({ sim }: Ours, aeroPassUserUuid: string, scenario = 'default') {
  const { body } = await sim('/connections', { body: { scenario, aeroPassUserUuid } });
  const connectionId = normalConnectionId(body.connectionId ?? '');
  if (connectionId === undefined) throw new Error('no connection was linked');
  return connectionId;
}

it('creates a person, confirms a code and mints a widget token', async () => {
  const { aeropay, widget } = await boot();
  const fresh = await aeropay.create(merchantId, aPerson());
  expect(fresh).toMatchObject({ aeroPassUserUuid: fresh.upstreamUserId, verification: null });

  const known = await aeropay.create(merchantId, { ...aPerson(), phoneNumber: '+13125550101' });
  expect(known.verification).toEqual({ channel: 'sms', destination: '••••••0101' });
  await expect(aeropay.confirm(merchantId, known, '999999')).rejects.toMatchObject({ code: 'VerificationFailed', details: { upstreamCode: 'AP111' } });
  expect(await aeropay.confirm(merchantId, known, '000000')).toEqual({ aeroPassUserUuid: known.upstreamUserId });

  const person = { upstreamUserId: fresh.upstreamUserId, aeroPassUserUuid: fresh.upstreamUserId };
  expect((await widget.mintToken(merchantId, person)).token).not.toBe((await widget.mintToken(merchantId, person)).token);
});

it.each([['unable-to-create-user', 'UpstreamUnavailable'], ['user-already-exists', 'UpstreamRejected'], ['no-authenticated-user', 'CredentialsRejected']])('is refused %s with a code of the catalogue', async (who, code) => {
  const { aeropay } = await boot();
  await expect(aeropay.create(merchantId, { ...aPerson(), email: `${who}@aeropay.com` })).rejects.toMatchObject({ code });
});

it.each(['balance', 'transactions', 'identity'] as const)('runs a %s job to its data, over an expired token', async (type: JobType) => {
  const { jobs, linkBank, advance } = await boot();
  const connectionId = await linkBank('default');
  const { upstreamJobId } = await jobs.create(merchantId, connectionId, type, null);
  expect(await jobs.readState(merchantId, connectionId, upstreamJobId)).toEqual({ state: 'processing' });
  await advance(2000);
  expect(await jobs.readState(merchantId, connectionId, upstreamJobId)).toEqual({ state: 'completed' });
  expect(await jobs.readData(merchantId, connectionId, upstreamJobId, type, null)).toMatchObject({ type });
});

it.each([
  ['mfa', { state: 'mfa_required' }], ['mfa_twice', { state: 'mfa_required' }], ['stuck', { state: 'processing' }],
  ['fails_always', { state: 'failed', upstreamCode: 'AC-104' }], ['fails_once', { state: 'failed', upstreamCode: 'AC-103' }], ['fails_without_code', { state: 'failed', upstreamCode: null }],
])('reads the state of a job in the scenario %s', async (scenario, state) => {
  const { jobs, linkBank, advance } = await boot();
  const connectionId = await linkBank(scenario);
  const { upstreamJobId } = await jobs.create(merchantId, connectionId, 'balance', null);
  await advance(20);
  expect(await jobs.readState(merchantId, connectionId, upstreamJobId)).toEqual(state);
});

it.each([
  ['manual', 'NotAvailable'], ['expired_consent', 'UserActionRequired'], ['busy', 'UpstreamBusy'],
])('is refused a job in the scenario %s', async (scenario, code) => {
  const { jobs, linkBank } = await boot();
  const connectionId = await linkBank(scenario);
  await expect(jobs.create(merchantId, connectionId, 'balance', null)).rejects.toMatchObject({ code });
});

it.each([
  ['default', { status: 'connected', account: { type: 'checking' } }], ['savings', { status: 'connected', account: { type: 'savings' } }],
  ['manual', { status: 'connected', canFetchBalance: false }], ['expired_consent', { status: 'reconnect_required' }], ['revoked', { status: 'revoked' }],
])('reads the account in the scenario %s', async (scenario, connection) => {
  const { accounts, linkBank } = await boot();
  const read = await accounts.read(merchantId, await linkBank(scenario));
  expect(read).toMatchObject({ connection });
  expect(read.accountNumber?.endsWith(read.connection.account.display ?? 'none')).toBe(true);
});

it('brings 1,234 transactions, each once, none without an exact amount', async () => {
  const { jobs, linkBank, advance } = await boot();
  const connectionId = await linkBank('transactions_1234');
  const { upstreamJobId } = await jobs.create(merchantId, connectionId, 'transactions', null);
  await advance(20);
  const data = await jobs.readData(merchantId, connectionId, upstreamJobId, 'transactions', null);
  const items = data.type === 'transactions' ? data.items : [];
  expect(new Set(items.map(({ id }) => id)).size).toBe(1234);
  expect(items.filter(({ amount }) => amount === null || amount.exact === false)).toEqual([]);
});

it.each(['odd_data', 'decimals', 'no_transactions'])('reads every kind of data in the scenario %s', async (scenario) => {
  const { jobs, accounts, linkBank, advance } = await boot();
  const connectionId = await linkBank(scenario);
  expect((await accounts.read(merchantId, connectionId)).connection.status).toBe('connected');
  for (const type of ['balance', 'transactions', 'identity'] as const) {
    const { upstreamJobId } = await jobs.create(merchantId, connectionId, type, null);
    await advance(20);
    expect(await jobs.readData(merchantId, connectionId, upstreamJobId, type, null)).toMatchObject({ type });
  }
});

describe.each(['v2', 'v1.1'] as const)('a merchant that takes payments, on %s', (aeropayApi) => {
  const choices = { aeropayApi, widgetTokens: 'aeropay' } as const;

  it('goes from a network user to a linked bank account', async () => {
    const ours = await boot(choices);
    const { created, person } = await confirmed(ours, { phoneNumber: '+13125550101', email: 'janedoe@example.com' });
    expect(created.verification).toEqual(aeropayApi === 'v2' ? { channel: 'sms', destination: '••••••0101' } : { channel: 'email', destination: 'ja****oe@gmail.com' });
    expect(await ours.aeropay.read(merchantId, person)).toMatchObject({ isActive: true, aeroPassUserUuid: person.aeroPassUserUuid, firstName: 'Jane', phoneNumber: '+13125550101' });
    expect(await ours.widget.mintToken(merchantId, person)).toMatchObject({ lifetimeSeconds: 1800, url: expect.stringMatching(/^http/) as string });

    expect(await ours.aeropay.list(merchantId, person)).toEqual([]);
    const connectionId = await linked(ours, person.aeroPassUserUuid);
    const account = await ours.aeropay.link(merchantId, person, { connectionId });
    expect(account).toMatchObject({ type: 'checking', status: 'verified', isDefault: true, connectionId });
    expect((await ours.aeropay.list(merchantId, person)).map(({ id }) => id)).toEqual([account.id]);
  });

  it('links by what an old SDK hands over', async () => {
    const ours = await boot(choices);
    const { person } = await confirmed(ours);
    const { body } = await ours.sim('/connections', { body: { scenario: 'default', aeroPassUserUuid: person.aeroPassUserUuid, payload: 'old' } });
    const { user_id: userId, user_password: userPassword } = body as unknown as { user_id: string; user_password: string };
    expect(await ours.aeropay.link(merchantId, person, { userId, userPassword })).toMatchObject({ status: 'verified', connectionId: normalConnectionId(userId) });
  });

  it('knows a person who is not confirmed by the refusal of a token in their name', async () => {
    const { aeropay } = await boot(choices);
    const { upstreamUserId } = await aeropay.create(merchantId, { ...aPerson(), phoneNumber: '+13125550101' });
    const person = { upstreamUserId, aeroPassUserUuid: null };
    await expect(aeropay.read(merchantId, person)).rejects.toMatchObject({ code: 'VerificationRequired', details: { upstreamCode: 'AP002' } });
    await expect(aeropay.list(merchantId, person)).rejects.toMatchObject({ code: 'VerificationRequired' });
  });

  it.each([
    ['link_needs_person', 'UserActionRequired', 'AP300'], ['link_bank_blocked', 'NotAvailable', 'AP403'], ['link_bad_routing', 'NotAvailable', 'AP404'], ['link_unknown_aggregator', 'UpstreamRejected', 'AP408'],
    ['link_bad_redirect', 'UpstreamRejected', 'AP409'], ['joint_account', 'NotAvailable', 'AP410'], ['link_not_checking', 'NotAvailable', 'AP411'], ['link_too_many', 'UpstreamRejected', 'AP414'],
    ['link_too_often', 'UpstreamRejected', 'AP415'],
  ])('is refused a link in the scenario %s', async (scenario, code, upstreamCode) => {
    const ours = await boot(choices);
    const { person } = await confirmed(ours);
    const connectionId = await linked(ours, person.aeroPassUserUuid, scenario);
    await expect(ours.aeropay.link(merchantId, person, { connectionId })).rejects.toMatchObject({ code, details: { upstreamCode } });
  });

  it('is refused a widget token for a person who may not link', async () => {
    const ours = await boot(choices);
    const { person } = await confirmed(ours, { email: 'may-not-link@aeropay.com' });
    await expect(ours.widget.mintToken(merchantId, person)).rejects.toMatchObject({ code: 'UpstreamRejected', details: { upstreamCode: 'AP407' } });
  });
});

/** Sides that a merchant's setting follows. */
const settingFor: Readonly<Record<string, SaidUpstreamChoices>> = { '1 A': { tokenKeys: 'snake' }, '14 A': { transactionDates: 'query' } };
/** Of which one side is enough (docs/adr/0042-where-one-side-is-enough.md). */
const settled: ReadonlySet<string> = new Set(['12 A']);
const sides = contradictionList().flatMap(({ number, topic, sides: known }) => Object.keys(known).map((side) => ({ number, side: side as Side, topic })));

describe.each(['v2', 'v1.1'] as const)('on %s', (aeropayApi) => {
  it.each(sides.filter(({ number, side }) => !settled.has(`${number} ${side}`)))('contradiction $number, side $side, makes no difference: $topic', async ({ number, side }) => {
    const ours = await boot({ aeropayApi, ...settingFor[`${number} ${side}`] }, { contradictions: { [number]: side } });
    const { person } = await confirmed(ours);
    expect(await ours.aeropay.read(merchantId, person)).toMatchObject({ isActive: true, aeroPassUserUuid: person.aeroPassUserUuid });
    expect((await ours.widget.mintToken(merchantId, person)).token).not.toBe('');

    const connectionId = await linked(ours, person.aeroPassUserUuid, 'mfa');
    expect((await ours.accounts.read(merchantId, connectionId)).connection).toMatchObject({ status: 'connected', account: { type: 'checking' } });
    await ours.aeropay.link(merchantId, person, { connectionId });
    expect(await ours.aeropay.list(merchantId, person)).toMatchObject([{ type: 'checking', status: 'verified' }]);

    const dates = { startDate: '2026-05-01', endDate: '2026-05-31' };
    const { upstreamJobId } = await ours.jobs.create(merchantId, connectionId, 'transactions', dates);
    await ours.advance(5);
    expect(await ours.jobs.readState(merchantId, connectionId, upstreamJobId)).toEqual({ state: 'mfa_required' });
    await ours.sim(`/jobs/${upstreamJobId}/mfa`, { body: {} });
    await ours.advance(5);
    expect(await ours.jobs.readState(merchantId, connectionId, upstreamJobId)).toEqual({ state: 'completed' });
    const data = await ours.jobs.readData(merchantId, connectionId, upstreamJobId, 'transactions', dates);
    const days = data.type === 'transactions' ? data.items.map(({ date }) => date ?? '') : [];
    expect(days.length).toBeGreaterThan(0);
    expect(days.filter((day) => day < dates.startDate || day > dates.endDate)).toEqual([]);
  });
});
