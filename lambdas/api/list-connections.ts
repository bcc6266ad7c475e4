import { listConnectionsContract } from '../contract/connections.ts';
import type { ConnectionRepository } from '../ports.ts';
import { connectionReadDependencies } from '../runtime/api-connections.ts';
import { route } from '../runtime/http.ts';
import { readPageRequest, writePage, type CursorKey } from '../runtime/paging.ts';
import { shapeConnection } from './shapes/shape-connection.ts';

type ListConnections = CursorKey & { readonly connections: Pick<ConnectionRepository, 'list'> };

/** GET /v1/connections: all of a merchant's, newest first. */
export const listConnectionsRoute = route(listConnectionsContract, async (deps: ListConnections, { caller, query }) => {
  const { limit, cursor, ...filter } = query;
  const list = { merchantId: caller.merchantId, route: listConnectionsContract.name, filter };
  const page = await deps.connections.list(caller.merchantId, filter, await readPageRequest(deps, list, { limit, cursor }));
  return { status: 200, body: await writePage(deps, list, page, shapeConnection) };
});

export const handler = listConnectionsRoute(connectionReadDependencies);
