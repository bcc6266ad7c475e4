import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeUser } from './authorize.ts';
import { aeropayRefusal } from './refusals.ts';
import { showBankAccount } from './show-bank-account.ts';

/** PATCH /v2/userBankAccount/{bankAccountId} with a userForMerchant token → `{userBankInfo}`: payments use this account from now on; AP401. */
export function selectBankAccount(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'PATCH',
    path: '/v2/userBankAccount/:bankAccountId',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request);
      const accounts = simulation.people.bankAccountsAt(person, merchant.name);
      const account = accounts.find(({ bankAccountId }) => String(bankAccountId) === request.params['bankAccountId']);
      if (account === undefined) throw aeropayRefusal('AP401');
      simulation.people.selectBankAccount(person, account);
      return { status: 200, body: { userBankInfo: showBankAccount(simulation, account) } };
    },
  };
}
