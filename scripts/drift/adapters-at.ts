import { Aeropay } from '../../lambdas/adapters/aeropay/aeropay.ts';
import { AerosyncAccounts } from '../../lambdas/adapters/aerosync/aerosync-accounts.ts';
import { AerosyncClient } from '../../lambdas/adapters/aerosync/aerosync-client.ts';
import { AerosyncJobs } from '../../lambdas/adapters/aerosync/aerosync-jobs.ts';
import { AerosyncWidget } from '../../lambdas/adapters/aerosync/aerosync-widget.ts';
import { upstreamChoices, type SaidUpstreamChoices } from '../../lambdas/domain/merchant.ts';
import { systemClock, systemSleep } from '../../lambdas/runtime/system-clock.ts';
import type { Sandbox } from './read-sandbox.ts';

/** aerobridge's own adapters, for one merchant. */
export interface Adapters {
  readonly aeropay: Aeropay;
  readonly widget: AerosyncWidget;
  readonly accounts: AerosyncAccounts;
  readonly jobs: AerosyncJobs;
}

/** The only merchant there is at a sandbox: whose credentials were given. */
export const sandboxMerchant = 'sandbox';

/**
 * aerobridge's own adapters before a sandbox, with no tokens yet.
 * @param fetchBelow what sends the calls below a base URL; the runtime's own `fetch` when left out
 */
export function adaptersAt({ aeropayUrl, aerosyncUrl, credentials }: Sandbox, choices: SaidUpstreamChoices = {}, fetchBelow: (base: URL) => typeof fetch = () => fetch): Adapters {
  const common = { clock: systemClock, credentials: async () => credentials, sleep: systemSleep, random: Math.random };
  const merchants = { upstreamChoices: async () => upstreamChoices.parse(choices) };
  const aerosync = new AerosyncClient({ ...common, baseUrl: aerosyncUrl, fetch: fetchBelow(aerosyncUrl) });
  return {
    aeropay: new Aeropay({ ...common, baseUrl: aeropayUrl, fetch: fetchBelow(aeropayUrl) }, merchants),
    widget: new AerosyncWidget(aerosync),
    accounts: new AerosyncAccounts(aerosync),
    jobs: new AerosyncJobs(aerosync, merchants),
  };
}
