import { getConnectionContract } from '../contract/connections.ts';
import { connectionUpstreamDependencies } from '../runtime/api-connections.ts';
import { route } from '../runtime/http.ts';
import { getConnection } from '../usecases/get-connection.ts';
import type { RefreshConnection } from '../usecases/refresh-connection.ts';
import { shapeConnection } from './shapes/shape-connection.ts';

/** GET /v1/connections/{connectionId}. */
export const getConnectionRoute = route(getConnectionContract, async (deps: RefreshConnection, { caller, params }) => {
  const connection = await getConnection(deps, { merchantId: caller.merchantId, connectionId: params.connectionId });
  return { status: 200, body: shapeConnection(connection) };
});

export const handler = getConnectionRoute(connectionUpstreamDependencies);
