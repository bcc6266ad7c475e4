import { deleteConnectionContract } from '../contract/connections.ts';
import { deleteConnectionDependencies } from '../runtime/api-delete-connection.ts';
import { route } from '../runtime/http.ts';
import { removeConnection, type RemoveConnection } from '../usecases/remove-connection.ts';

/** DELETE /v1/connections/{connectionId}: the connection, its running jobs and its results. */
export const deleteConnectionRoute = route(deleteConnectionContract, async (deps: RemoveConnection, { caller, params }) => {
  await removeConnection(deps, { merchantId: caller.merchantId, connectionId: params.connectionId });
  return { status: 204 };
});

export const handler = deleteConnectionRoute(deleteConnectionDependencies);
