import { checkConnectionContract } from '../contract/connections.ts';
import { checkConnectionDependencies } from '../runtime/api-connections.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { checkConnection } from '../usecases/check-connection.ts';
import type { RefreshConnection } from '../usecases/refresh-connection.ts';
import { shapeConnection } from './shapes/shape-connection.ts';

/** POST /v1/connections/{connectionId}/check. */
export const checkConnectionRoute = idempotentRoute(checkConnectionContract, async (deps: RefreshConnection, { caller, params }) => {
  const connection = await checkConnection(deps, { merchantId: caller.merchantId, connectionId: params.connectionId });
  return { status: 200, body: shapeConnection(connection) };
});

export const handler = checkConnectionRoute(checkConnectionDependencies);
