import { institutionUuid, type Connection } from '../bank/connections.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeConnection } from './authorize.ts';
import { shownAccountType } from './shown-account-type.ts';
import { shownConsent } from './shown-consent.ts';

/** The reference saw 2 and 6 and knows no meaning. */
const connectionMethod = { manual: 2, bank: 6 } as const;

/** GET /v2/accounts/{connectionId} → `{status, statusCode, account}`. Contradictions 18 and 28. */
export function readAccount(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'GET',
    path: '/v2/accounts/:connectionId',
    run: (request) => ({
      status: 200,
      body: { status: 'success', statusCode: 200, account: showAccount(simulation, authorizeConnection(simulation, request)) },
    }),
  };
}

function showAccount({ contradictions }: Simulation, connection: Connection): Json {
  const { scenario, bankName } = connection;
  const account = {
    accountNickname: scenario.manual ? 'Manual account' : 'Aerosync Checking',
    accountNumber: connection.accountNumber,
    routingNumber: '456987123',
    accountType: shownAccountType(contradictions, connection.accountType),
    bankName,
    canFetchBalance: !scenario.manual,
    connectionMethod: scenario.manual ? connectionMethod.manual : connectionMethod.bank,
  };
  if (scenario.sparse) return account;
  return {
    ...account,
    accountNumberDisplay: connection.accountNumber.slice(-4),
    accountNumberType: scenario.accountNumberType,
    institutionName: bankName,
    institutionUuid,
    connectionStatus: shownConsent(contradictions, connection.consent),
    connectionExpiry: `${new Date(connection.expiresAt).toISOString().slice(0, 19)}Z`,
  };
}
