import type { Connection } from '../bank/connections.ts';
import { ledgerNamed } from '../bank/ledger-rows.ts';
import { minorUnits } from '../bank/minor-units.ts';
import { undashed } from '../identifiers.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeUser } from './authorize.ts';
import { checkAggregator, linkConnection } from './link-connection.ts';
import { inOlderEnvelope } from './older-envelope.ts';
import { aeropayMembers, requiredText } from './parameters.ts';
import type { LinkedBankAccount, Person } from './person.ts';
import { aeropayDate } from './show-user.ts';

/** POST /v2/linkAccountFromAggregator: `{connectionId, aggregator}` → `{userBankInfo}`; refusals to link in the older envelope. */
export function linkBankAccount(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/v2/linkAccountFromAggregator',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request);
      const members = aeropayMembers(request);
      const connectionId = requiredText(members, 'connectionId');
      const aggregator = requiredText(members, 'aggregator');
      return inOlderEnvelope(() => {
        checkAggregator(aggregator, members['redirectURI']);
        const { connection, account } = linkConnection(simulation, merchant, person, simulation.connections.withId(undashed(connectionId) ?? ''));
        return { status: 200, body: { userBankInfo: showLinked(person, connection, account) } };
      });
    },
  };
}

function showLinked(person: Person, { scenario, accountNumber, bankName }: Connection, account: LinkedBankAccount): Json {
  const balance = minorUnits(ledgerNamed(scenario.ledger).currentBalance);
  return {
    bankAccountId: account.bankAccountId,
    bankName,
    accountLast4: accountNumber.slice(-4),
    name: 'Aerosync Checking',
    externalBankAccountId: '',
    isSelected: account.isSelected,
    accountType: 'checking',
    status: 'verified',
    createdDate: aeropayDate(account.createdAt),
    accountHolderInfo: [{ name: { fullName: `${person.firstName} ${person.lastName}` } }],
    canFetchBalance: !scenario.manual,
    balance: balance === undefined ? undefined : Number(balance),
  };
}
