import { AerosyncAccounts } from '../../lambdas/adapters/aerosync/aerosync-accounts.ts';
import { AerosyncClient } from '../../lambdas/adapters/aerosync/aerosync-client.ts';
import { AerosyncJobs } from '../../lambdas/adapters/aerosync/aerosync-jobs.ts';
import { AerosyncWidget } from '../../lambdas/adapters/aerosync/aerosync-widget.ts';
import { AeropayUsers } from '../../lambdas/adapters/aeropay/aeropay-users.ts';
import type { UpstreamSettings } from '../../lambdas/adapters/upstream-http/upstream-client.ts';
import type { UpstreamCredentials } from '../../lambdas/domain/merchant.ts';
import type { Person } from '../../lambdas/domain/user.ts';
import { answer, byPath, listen, type Respond, type Upstream } from './loopback.ts';

export const merchantId = 'mer_1';
export const connectionId = '68c13bc0855a4f85853f6aafaa43e461';
export const jobId = 'REF-c869a583d3274a6aa2cbc45ef106f805';
export const uuid = '49681f36-bbe0-4038-b024-a5d86584255a';
export const person = { upstreamUserId: uuid, aeroPassUserUuid: uuid };
export const jane: Person = { firstName: 'Jane', lastName: 'Doe', phoneNumber: '+13125550142', email: 'jane@example.com' };

export const credentials: UpstreamCredentials = {
  aeropay: { apiKey: 'pay-key', apiSecret: 'pay-secret', merchantId: '1456' },
  aerosync: { apiKey: 'sync-key', apiSecret: 'sync-secret' },
};
export const rotated: UpstreamCredentials = {
  aeropay: { ...credentials.aeropay, apiSecret: 'new-pay-secret' },
  aerosync: { ...credentials.aerosync, apiSecret: 'new-sync-secret' },
};

/** A clock that stands still until it is moved. */
export class HandClock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  now(): Date {
    return new Date(this.#now);
  }
  pass(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

export interface Adapters {
  readonly users: AeropayUsers;
  readonly widget: AerosyncWidget;
  readonly accounts: AerosyncAccounts;
  readonly jobs: AerosyncJobs;
}

/** Both products behind one address, as the simulator has them, each under a path of its own. */
export function adaptersFor(url: URL, settings: Partial<UpstreamSettings> = {}): Adapters {
  const common = { clock: new HandClock(), credentials: async () => credentials, timeoutMs: 5_000, ...settings };
  const aerosync = new AerosyncClient({ ...common, baseUrl: new URL('/aerosync', url) });
  return {
    users: new AeropayUsers({ ...common, baseUrl: new URL('/aeropay/', url) }),
    widget: new AerosyncWidget(aerosync),
    accounts: new AerosyncAccounts(aerosync),
    jobs: new AerosyncJobs(aerosync),
  };
}

export const tokenRoutes: Readonly<Record<string, Respond>> = {
  '/aeropay/v2/token': answer(200, { TTL: 1800, token: 'pay.jwt' }),
  '/aerosync/v2/token': answer(200, { status: 'success', statusCode: 200, TTL: '1800', token: 'sync.jwt' }),
};

/** Adapters before an upstream that grants tokens and answers the given paths. */
export async function adaptersBefore(routes: Readonly<Record<string, Respond>>, settings: Partial<UpstreamSettings> = {}): Promise<Adapters & { upstream: Upstream }> {
  const upstream = await listen(byPath({ ...tokenRoutes, ...routes }));
  return { ...adaptersFor(upstream.url, settings), upstream };
}

const dates = { startDate: '2025-01-01', endDate: '2025-01-31' };

/** Every call of the four ports: how it is made, where it goes, and the least upstream may answer. */
export const portCalls = [
  { name: 'create user', path: '/aeropay/v2/user', isCreate: true, least: { user: { id: uuid } }, run: ({ users }: Adapters) => users.create(merchantId, jane) },
  { name: 'confirm user', path: '/aeropay/v2/confirmUser', isCreate: false, least: { user: { id: uuid } }, run: ({ users }: Adapters) => users.confirm(merchantId, uuid, '123456') },
  { name: 'widget token', path: '/aerosync/v2/token_widget', isCreate: false, least: { token: 'w' }, run: ({ widget }: Adapters) => widget.mintToken(merchantId, person) },
  { name: 'read account', path: `/aerosync/v2/accounts/${connectionId}`, isCreate: false, least: { account: {} }, run: ({ accounts }: Adapters) => accounts.read(merchantId, connectionId) },
  { name: 'create balance job', path: `/aerosync/v2/accounts/${connectionId}/refresh`, isCreate: true, least: { jobId }, run: ({ jobs }: Adapters) => jobs.create(merchantId, connectionId, 'balance', null) },
  { name: 'create transactions job', path: `/aerosync/v2/accounts/${connectionId}/transactions`, isCreate: true, least: { jobId }, run: ({ jobs }: Adapters) => jobs.create(merchantId, connectionId, 'transactions', dates) },
  { name: 'create identity job', path: `/aerosync/v2/accounts/${connectionId}/identity`, isCreate: true, least: { jobId }, run: ({ jobs }: Adapters) => jobs.create(merchantId, connectionId, 'identity', null) },
  { name: 'job status', path: `/aerosync/v2/accounts/${connectionId}/job/${jobId}`, isCreate: false, least: { jobStatus: 'Initiated' }, run: ({ jobs }: Adapters) => jobs.readState(merchantId, connectionId, jobId) },
  { name: 'balance data', path: `/aerosync/v2/accounts/${connectionId}/balance`, isCreate: false, least: { account: {} }, run: ({ jobs }: Adapters) => jobs.readData(merchantId, connectionId, jobId, 'balance') },
  { name: 'transactions data', path: `/aerosync/v2/accounts/${connectionId}/transactions`, isCreate: false, least: { transactions: [] }, run: ({ jobs }: Adapters) => jobs.readData(merchantId, connectionId, jobId, 'transactions') },
  { name: 'identity data', path: `/aerosync/v2/accounts/${connectionId}/identity`, isCreate: false, least: { identity: {} }, run: ({ jobs }: Adapters) => jobs.readData(merchantId, connectionId, jobId, 'identity') },
] as const;
