import type { Connection } from '../domain/connection.ts';
import { AppError } from '../domain/errors.ts';
import { readConnection, type RefreshConnection } from './refresh-connection.ts';

/**
 * Reads a connection from upstream now, and clears or sets its marks by what upstream says.
 * @throws AppError NotFound, also when upstream does not know it; UpstreamUnavailable, UpstreamThrottled while it cannot be read
 */
export async function checkConnection(deps: RefreshConnection, request: { merchantId: string; connectionId: string }): Promise<Connection> {
  const connection = await deps.connections.find(request.merchantId, request.connectionId);
  if (connection === undefined) throw new AppError('NotFound', 'there is no such connection');
  return readConnection(deps, connection);
}
