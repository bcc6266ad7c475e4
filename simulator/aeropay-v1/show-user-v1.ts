import type { LinkedBankAccount, Person } from '../aeropay/person.ts';
import { usualBankName } from '../bank/connections.ts';
import { Members, type Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';

/** `user` as v1 sends it: ids and flags are texts, dates are seconds since 1970 as texts, and `createdDate` comes twice, as in upstream's own example. */
export function showUserV1(simulation: Simulation, merchant: string, person: Person): Members {
  return new Members([
    ['userId', person.number],
    ['firstName', person.firstName],
    ['lastName', person.lastName],
    ['type', 'consumer'],
    ['email', person.email],
    ['phone', person.phoneNumber],
    ['createdDate', epochText(person.createdAt)],
    ['bankAccounts', simulation.people.bankAccountsAt(person, merchant).map((account) => showBankAccountV1(simulation, person, account))],
    ['createdDate', epochText(person.createdAt)],
    ['aeroPassUserUuid', person.id],
    ['userStatus', 'Active'],
  ]);
}

/** An account as GET /user and linkAccountFromAggregator have it. */
export function showBankAccountV1({ connections }: Simulation, person: Person, account: LinkedBankAccount): Json {
  const connection = connections.withId(account.connectionId);
  return {
    bankAccountId: String(account.bankAccountId),
    userId: person.number,
    bankName: connection?.bankName ?? usualBankName,
    accountLast4: connection?.accountNumber.slice(-4),
    name: 'Aerosync Checking',
    externalBankAccountId: '',
    isSelected: account.isSelected ? '1' : '0',
    accountType: 'checking',
    status: 'verified',
    createdDate: epochText(account.createdAt),
  };
}

function epochText(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}
