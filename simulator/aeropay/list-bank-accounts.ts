import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeUser } from './authorize.ts';
import { showBankAccount } from './show-bank-account.ts';

/** GET /v2/bankAccounts with a userForMerchant token → `{bankAccounts}`: those linked for payments. */
export function listBankAccounts(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'GET',
    path: '/v2/bankAccounts',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request);
      const accounts = simulation.people.bankAccountsAt(person, merchant.name);
      return { status: 200, body: { bankAccounts: accounts.map((account) => showBankAccount(simulation, account)) } };
    },
  };
}
