import { institutionUuid, type Connection } from '../bank/connections.ts';
import { ledgerNamed } from '../bank/ledger-rows.ts';
import { shownConnectionId } from '../bank/shown-connection-id.ts';
import { Decimal, type Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeConnection } from './authorize.ts';
import { aerosyncRefusal } from './refusals.ts';

/** GET /v2/accounts/{connectionId}/balance → the balance as of the last refresh, or of linking when there was none. */
export function readBalance(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'GET',
    path: '/v2/accounts/:connectionId/balance',
    run(request) {
      const connection = authorizeConnection(simulation, request);
      if (connection.scenario.manual) throw aerosyncRefusal('AC-105');
      return { status: 200, body: { status: 'success', statusCode: 200, account: showBalance(simulation, connection) } };
    },
  };
}

function showBalance({ contradictions }: Simulation, connection: Connection): Json {
  const id = shownConnectionId(contradictions, connection.id);
  const { availableBalance, currentBalance, currency } = ledgerNamed(connection.scenario.ledger);
  const balance = {
    availableBalance: availableBalance === undefined ? undefined : new Decimal(availableBalance),
    currentBalance: new Decimal(currentBalance),
    lastRefreshTimeStamp: zonelessTime(connection.balanceReadAt),
    currency,
    userId: id,
    connectionId: id,
  };
  return connection.scenario.sparse ? balance : { ...balance, bankName: connection.bankName, institutionName: connection.bankName, institutionUuid };
}

/** The one time upstream writes without a zone: `2023-01-23 18:07:25.815355`, in UTC. */
function zonelessTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23).replace('T', ' ')}000`;
}
