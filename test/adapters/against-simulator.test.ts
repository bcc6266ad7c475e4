/**
 * Pins: adapters and simulator, written apart from the same reference, understand each other in every scenario of a bank.
 * Left out: faults of the wire and odd replies, which upstream-faults.test.ts and its neighbours send without a simulator.
 */
import { expect, it } from 'vitest';
import { Aeropay } from '../../lambdas/adapters/aeropay/aeropay.ts';
import { AerosyncAccounts } from '../../lambdas/adapters/aerosync/aerosync-accounts.ts';
import { AerosyncClient } from '../../lambdas/adapters/aerosync/aerosync-client.ts';
import { AerosyncJobs } from '../../lambdas/adapters/aerosync/aerosync-jobs.ts';
import { AerosyncWidget } from '../../lambdas/adapters/aerosync/aerosync-widget.ts';
import { upstreamChoices } from '../../lambdas/domain/merchant.ts';
import type { JobType } from '../../lambdas/domain/job.ts';
import { acme, aPerson, bootSimulator } from '../simulator/boot-simulator.ts';
import { HandClock, merchantId } from './upstreams.ts';

async function boot() {
  const booted = await bootSimulator();
  const common = { clock: new HandClock(), credentials: async () => ({ aeropay: acme.aeropay, aerosync: acme.aerosync }), sleep: async () => undefined, random: () => 0 };
  const merchants = { upstreamChoices: async () => upstreamChoices.parse({}) };
  const aerosync = new AerosyncClient({ ...common, baseUrl: new URL(booted.simulator.aerosyncUrl) });
  return {
    ...booted,
    aeropay: new Aeropay({ ...common, baseUrl: new URL(booted.simulator.aeropayUrl) }, merchants),
    widget: new AerosyncWidget(aerosync),
    accounts: new AerosyncAccounts(aerosync),
    jobs: new AerosyncJobs(aerosync, merchants),
  };
}

it('creates a person, confirms a code and mints a widget token', async () => {
  const { aeropay, widget } = await boot();
  const fresh = await aeropay.create(merchantId, aPerson());
  expect(fresh).toMatchObject({ aeroPassUserUuid: fresh.upstreamUserId, verification: null });

  const known = await aeropay.create(merchantId, { ...aPerson(), phoneNumber: '+13125550101' });
  expect(known.verification).toEqual({ channel: 'sms', destination: '••••••0101' });
  await expect(aeropay.confirm(merchantId, known.upstreamUserId, '999999')).rejects.toMatchObject({ code: 'VerificationFailed', details: { upstreamCode: 'AP111' } });
  expect(await aeropay.confirm(merchantId, known.upstreamUserId, '000000')).toEqual({ aeroPassUserUuid: known.upstreamUserId });

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
