import { Aeropay } from '../../lambdas/adapters/aeropay/aeropay.ts';
import { AerosyncAccounts } from '../../lambdas/adapters/aerosync/aerosync-accounts.ts';
import { AerosyncClient } from '../../lambdas/adapters/aerosync/aerosync-client.ts';
import { AerosyncJobs } from '../../lambdas/adapters/aerosync/aerosync-jobs.ts';
import { AerosyncWidget } from '../../lambdas/adapters/aerosync/aerosync-widget.ts';
import { ChosenWidget } from '../../lambdas/adapters/upstream-http/chosen-widget.ts';
import type { UpstreamSettings } from '../../lambdas/adapters/upstream-http/upstream-client.ts';
import { upstreamChoices, type SaidUpstreamChoices, type UpstreamCredentials } from '../../lambdas/domain/merchant.ts';
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
  readonly aeropay: Aeropay;
  readonly widget: ChosenWidget;
  readonly accounts: AerosyncAccounts;
  readonly jobs: AerosyncJobs;
}

/** Settings of the client, and what the merchant chose at upstream. */
export type AdapterSettings = Partial<Omit<UpstreamSettings, 'timeoutMs'>> & {
  /** Five seconds where nothing is said; the client's own limits when undefined. */
  readonly timeoutMs?: number | undefined;
  readonly choices?: SaidUpstreamChoices;
};

/** Both products behind one address, as the simulator has them, each under a path of its own. Pauses take no time. */
export function adaptersFor(url: URL, { choices = {}, ...settings }: AdapterSettings = {}): Adapters {
  const { timeoutMs, ...rest } = { timeoutMs: 5_000, ...settings };
  const common = { clock: new HandClock(), credentials: async () => credentials, sleep: async () => undefined, random: () => 0.5, ...rest, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const merchants = { upstreamChoices: async () => upstreamChoices.parse(choices) };
  const aerosync = new AerosyncClient({ ...common, baseUrl: new URL('/aerosync', url) });
  const aeropay = new Aeropay({ ...common, baseUrl: new URL('/aeropay/', url) }, merchants);
  return {
    aeropay,
    widget: new ChosenWidget(merchants, { aerosync: new AerosyncWidget(aerosync), aeropay }),
    accounts: new AerosyncAccounts(aerosync),
    jobs: new AerosyncJobs(aerosync, merchants),
  };
}

export const tokenRoutes: Readonly<Record<string, Respond>> = {
  '/aeropay/v2/token': answer(200, { TTL: 1800, token: 'pay.jwt' }),
  '/aeropay/token': answer(200, { TTL: 1800, token: 'pay.jwt' }),
  '/aerosync/v2/token': answer(200, { status: 'success', statusCode: 200, TTL: '1800', token: 'sync.jwt' }),
};

/** Adapters before an upstream that grants tokens and answers the given paths. */
export async function adaptersBefore(routes: Readonly<Record<string, Respond>>, settings: AdapterSettings = {}): Promise<Adapters & { upstream: Upstream }> {
  const upstream = await listen(byPath({ ...tokenRoutes, ...routes }));
  return { ...adaptersFor(upstream.url, settings), upstream };
}

export const dates = { startDate: '2025-01-01', endDate: '2025-01-31' };
