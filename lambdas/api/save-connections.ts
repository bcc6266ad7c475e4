import { saveConnectionsContract } from '../contract/connections.ts';
import { saveConnectionsDependencies } from '../runtime/api-connections.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { saveConnections, type SaveConnections } from '../usecases/save-connections.ts';
import { shapeConnection } from './shapes/shape-connection.ts';

/** POST /v1/users/{userId}/connections: stores what the widget handed over. Of its payload only the ids are believed. */
export const saveConnectionsRoute = idempotentRoute(saveConnectionsContract, async (deps: SaveConnections, { caller, params, body }) => {
  const { items, refused, anyNew } = await saveConnections(deps, { ...body, merchantId: caller.merchantId, userId: params.userId });
  return { status: anyNew ? 201 : 200, body: { items: items.map(shapeConnection), ...(refused.length === 0 ? {} : { refused }) } };
});

export const handler = saveConnectionsRoute(saveConnectionsDependencies);
