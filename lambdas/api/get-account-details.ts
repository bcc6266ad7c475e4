import { getAccountDetailsContract } from '../contract/connections.ts';
import { connectionUpstreamDependencies } from '../runtime/api-connections.ts';
import { route } from '../runtime/http.ts';
import { readAccountDetails, type ReadAccountDetails } from '../usecases/read-account-details.ts';

/** GET /v1/connections/{connectionId}/account: full numbers, read live and stored nowhere. */
export const getAccountDetailsRoute = route(getAccountDetailsContract, async (deps: ReadAccountDetails, { caller, params }) => {
  const { connectionId } = params;
  const { connection, accountNumber, routingNumber, accountNumberType, bankName } = await readAccountDetails(deps, { merchantId: caller.merchantId, connectionId });
  return {
    status: 200,
    body: {
      connectionId,
      accountNumber,
      routingNumber,
      accountNumberType,
      accountType: connection.account.type,
      bankName,
      connectionStatus: connection.status,
      expiresAt: connection.expiresAt,
    },
  };
});

export const handler = getAccountDetailsRoute(connectionUpstreamDependencies);
