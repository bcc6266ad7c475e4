import type { Connection } from '../domain/connection.ts';
import { findConnection } from './find-connection.ts';
import { readConnection, type RefreshConnection } from './refresh-connection.ts';

/**
 * Reads a connection from upstream now, and clears or sets its marks by what upstream says.
 * @throws AppError NotFound, also when upstream does not know it; UpstreamUnavailable, UpstreamThrottled while it cannot be read
 */
export async function checkConnection(deps: RefreshConnection, request: { merchantId: string; connectionId: string }): Promise<Connection> {
  return readConnection(deps, await findConnection(deps.connections, request.merchantId, request.connectionId));
}
