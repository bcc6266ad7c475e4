import type { Connection } from '../bank/connections.ts';
import type { SimulatedMerchant } from '../merchants.ts';
import type { Simulation } from '../simulation.ts';
import type { LinkedBankAccount, Person } from './person.ts';
import { aeropayRefusal } from './refusals.ts';

/** Unique accounts a person may link. */
const accountsAllowed = 5;

/** How often the same account may be linked, on each side of contradiction 25. */
const timesAllowed = { A: 3, B: 5 } as const;

/** What `linkAccountFromAggregator` takes as the aggregator, and the optional URL to return to: AP408, AP409. */
export function checkAggregator(aggregator: string, redirectUri: unknown): void {
  if (aggregator !== 'aerosync') throw aeropayRefusal('AP408');
  if (redirectUri !== undefined && redirectUri !== null && !(typeof redirectUri === 'string' && URL.canParse(redirectUri))) throw aeropayRefusal('AP409');
}

/**
 * Links a bank account for payments. The connection's scenario may refuse with any code; else AP300 for one that needs the person or that
 * the merchant does not have, AP410 for somebody else's, AP411 for other than checking, AP415 linked too often, AP414 too many accounts.
 */
export function linkConnection(simulation: Simulation, merchant: SimulatedMerchant, person: Person, connection: Connection | undefined): { connection: Connection; account: LinkedBankAccount } {
  if (connection?.merchant !== merchant.name) throw aeropayRefusal('AP300');
  if (connection.scenario.linkRefusal !== undefined) throw aeropayRefusal(connection.scenario.linkRefusal);
  if (connection.consent !== 'CONNECTED') throw aeropayRefusal('AP300');
  if (connection.personId !== person.id) throw aeropayRefusal('AP410');
  if (connection.accountType.toLowerCase() !== 'checking') throw aeropayRefusal('AP411');
  return { connection, account: link(simulation, person, connection) };
}

function link({ people, contradictions }: Simulation, person: Person, connection: Connection): LinkedBankAccount {
  const linked = person.bankAccounts.find(({ connectionId }) => connectionId === connection.id);
  if (linked === undefined) {
    if (person.bankAccounts.length >= accountsAllowed) throw aeropayRefusal('AP414');
    return people.addBankAccount(person, { merchant: connection.merchant, connectionId: connection.id });
  }
  if (linked.timesLinked >= timesAllowed[contradictions.side(25) === 'B' ? 'B' : 'A']) throw aeropayRefusal('AP415');
  people.linkAgain(person, linked);
  return linked;
}
