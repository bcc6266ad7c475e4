import { bankName, institutionUuid, type Connection } from '../bank/connections.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeConnection } from './authorize.ts';

/** The reference saw 2 and 6 and knows no meaning. */
const connectionMethod = { manual: 2, bank: 6 } as const;

/** GET /v2/accounts/{connectionId} → `{status, statusCode, account}`. */
export function readAccount(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'GET',
    path: '/v2/accounts/:connectionId',
    run: (request) => ({
      status: 200,
      body: { status: 'success', statusCode: 200, account: showAccount(authorizeConnection(simulation, request)) },
    }),
  };
}

function showAccount(connection: Connection): Json {
  const { scenario } = connection;
  const account = {
    accountNickname: scenario.manual ? 'Manual account' : 'Aerosync Checking',
    accountNumber: connection.accountNumber,
    routingNumber: '456987123',
    accountType: connection.accountType,
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
    connectionStatus: connection.consent,
    connectionExpiry: `${new Date(connection.expiresAt).toISOString().slice(0, 19)}Z`,
  };
}
