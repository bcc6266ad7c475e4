import { listUserConnectionsContract } from '../contract/connections.ts';
import { connectionReadDependencies } from '../runtime/api-connections.ts';
import { route } from '../runtime/http.ts';
import { readPageRequest, writePage, type CursorKey } from '../runtime/paging.ts';
import { listUserConnections, type ListUserConnections } from '../usecases/list-user-connections.ts';
import { shapeConnection } from './shapes/shape-connection.ts';

/** GET /v1/users/{userId}/connections: one person's, newest first. */
export const listUserConnectionsRoute = route(listUserConnectionsContract, async (deps: ListUserConnections & CursorKey, { caller, params, query }) => {
  const { limit, cursor, ...filter } = query;
  const { merchantId } = caller;
  const list = { merchantId, route: listUserConnectionsContract.name, filter: { ...filter, of: params.userId } };
  const page = await listUserConnections(deps, { merchantId, userId: params.userId, filter, page: await readPageRequest(deps, list, { limit, cursor }) });
  return { status: 200, body: await writePage(deps, list, page, shapeConnection) };
});

export const handler = listUserConnectionsRoute(connectionReadDependencies);
