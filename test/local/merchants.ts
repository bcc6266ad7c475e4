import { ApiClient } from '../support/api-client.ts';
import type { TestEnvironment } from './environment.ts';
import { SimulatorControl } from './simulator-control.ts';

/**
 * The merchants for whom the suites run, both in the same deployment: one on Aeropay v2, one on v1.1 who takes payments, so that its widget tokens come
 * through Aeropay. No test may see a difference but in the names of the calls upstream, and in what upstream itself tells of a code.
 */
export const merchants = [
  {
    aeropay: 'v2',
    /** Upstream's name of the merchant. */
    name: 'one',
    calls: {
      token: 'aeropay POST /v2/token',
      createUser: 'aeropay POST /v2/user',
      confirmUser: 'aeropay POST /v2/confirmUser',
      readUser: 'aeropay GET /v2/user',
      listBankAccounts: 'aeropay GET /v2/bankAccounts',
      linkBankAccount: 'aeropay POST /v2/linkAccountFromAggregator',
      widgetToken: 'aerosync POST /v2/token_widget',
    },
  },
  {
    aeropay: 'v1.1',
    name: 'three',
    calls: {
      token: 'aeropay POST /token',
      createUser: 'aeropay POST /user',
      confirmUser: 'aeropay POST /confirmUser',
      readUser: 'aeropay GET /user',
      listBankAccounts: 'aeropay GET /user',
      linkBankAccount: 'aeropay POST /linkAccountFromAggregator',
      widgetToken: 'aeropay GET /aggregatorCredentials',
    },
  },
] as const;
export type Merchant = (typeof merchants)[number];

/** The same deployment as this merchant has it: its key, its webhook, its people at the simulator, and the calls upstream that were made for it. */
export function asMerchant(environment: () => TestEnvironment, merchant: Merchant): () => TestEnvironment {
  return () => {
    const all = environment();
    const { apiUrl, simulatorUrl, olderMerchant } = all.endpoints;
    const endpoints = { ...all.endpoints, ...(merchant.name === 'three' && olderMerchant) };
    return { ...all, endpoints, api: new ApiClient({ apiUrl, apiKey: endpoints.apiKey }), simulator: new SimulatorControl(simulatorUrl, merchant.name) };
  };
}
