import { bankName } from '../bank/connections.ts';
import { dashed } from '../identifiers.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeUser } from './authorize.ts';
import type { LinkedBankAccount } from './people.ts';
import { aeropayDate } from './show-user.ts';

/** GET /v2/bankAccounts with a userForMerchant token → `{bankAccounts}`: those linked for payments, the first one selected. */
export function listBankAccounts(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'GET',
    path: '/v2/bankAccounts',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request);
      const accounts = person.bankAccounts.filter((account) => account.merchant === merchant.name);
      return { status: 200, body: { bankAccounts: accounts.map((account, index) => showBankAccount(simulation, account, index === 0)) } };
    },
  };
}

function showBankAccount({ connections }: Simulation, account: LinkedBankAccount, isSelected: boolean): Json {
  return {
    bankAccountId: account.bankAccountId,
    bankName,
    accountLast4: connections.withId(account.connectionId)?.accountNumber.slice(-4),
    name: 'Aerosync Checking',
    isSelected,
    accountType: 'checking',
    status: 'verified',
    createdDate: aeropayDate(account.createdAt),
    connectionId: dashed(account.connectionId),
  };
}
