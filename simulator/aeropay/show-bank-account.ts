import { usualBankName } from '../bank/connections.ts';
import { dashed } from '../identifiers.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { LinkedBankAccount } from './person.ts';
import { aeropayDate } from './show-user.ts';

/** An account as GET /v2/bankAccounts has it: its connection id with dashes, unless contradiction 29 is on side A. */
export function showBankAccount({ connections, contradictions }: Simulation, account: LinkedBankAccount): Json {
  const connection = connections.withId(account.connectionId);
  return {
    bankAccountId: account.bankAccountId,
    bankName: connection?.bankName ?? usualBankName,
    accountLast4: connection?.accountNumber.slice(-4),
    name: 'Aerosync Checking',
    isSelected: account.isSelected,
    accountType: 'checking',
    status: 'verified',
    createdDate: aeropayDate(account.createdAt),
    connectionId: contradictions.side(29) === 'A' ? account.connectionId : dashed(account.connectionId),
  };
}
