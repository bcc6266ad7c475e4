import { bankName, type Connection } from '../bank/connections.ts';
import { ledgerNamed } from '../bank/ledger-rows.ts';
import { minorUnits } from '../bank/minor-units.ts';
import { undashed } from '../identifiers.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeUser } from './authorize.ts';
import { aeropayMembers, requiredText } from './parameters.ts';
import type { LinkedBankAccount, Person } from './people.ts';
import { aeropayLinkRefusal } from './refusals.ts';
import { aeropayDate } from './show-user.ts';

/** Unique accounts a person may link, and how often the same one: of the reference's two figures (3, 5) the lower. */
const accountsAllowed = 5;
const timesAllowed = 3;

/** POST /v2/linkAccountFromAggregator: `{connectionId, aggregator}` → `{userBankInfo}`; refusals in the older envelope. */
export function linkBankAccount(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/v2/linkAccountFromAggregator',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request);
      const members = aeropayMembers(request);
      const connectionId = requiredText(members, 'connectionId');
      if (requiredText(members, 'aggregator') !== 'aerosync') throw aeropayLinkRefusal('AP408');

      const connection = simulation.connections.withId(undashed(connectionId) ?? '');
      if (connection?.merchant !== merchant.name || connection.consent !== 'CONNECTED') throw aeropayLinkRefusal('AP300');
      if (connection.personId !== person.id) throw aeropayLinkRefusal('AP410');
      if (connection.accountType.toLowerCase() !== 'checking') throw aeropayLinkRefusal('AP411');
      return { status: 200, body: { userBankInfo: showLinked(person, connection, link(simulation, person, connection)) } };
    },
  };
}

function link({ clock, ids }: Simulation, person: Person, connection: Connection): LinkedBankAccount {
  const linked = person.bankAccounts.find(({ connectionId }) => connectionId === connection.id);
  if (linked !== undefined) {
    if (linked.timesLinked >= timesAllowed) throw aeropayLinkRefusal('AP415');
    linked.timesLinked += 1;
    return linked;
  }
  if (person.bankAccounts.length >= accountsAllowed) throw aeropayLinkRefusal('AP414');
  const account = {
    bankAccountId: Number(`1${ids.digits(6)}`),
    merchant: connection.merchant,
    connectionId: connection.id,
    createdAt: clock.now(),
    timesLinked: 1,
  };
  person.bankAccounts.push(account);
  return account;
}

function showLinked(person: Person, { scenario, accountNumber }: Connection, account: LinkedBankAccount): Json {
  const balance = minorUnits(ledgerNamed(scenario.ledger).currentBalance);
  return {
    bankAccountId: account.bankAccountId,
    bankName,
    accountLast4: accountNumber.slice(-4),
    name: 'Aerosync Checking',
    externalBankAccountId: '',
    isSelected: person.bankAccounts.find(({ merchant }) => merchant === account.merchant) === account,
    accountType: 'checking',
    status: 'verified',
    createdDate: aeropayDate(account.createdAt),
    accountHolderInfo: [{ name: { fullName: `${person.firstName} ${person.lastName}` } }],
    canFetchBalance: !scenario.manual,
    balance: balance === undefined ? undefined : Number(balance),
  };
}
