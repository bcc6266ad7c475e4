import type { Connection } from '../domain/connection.ts';
import { findConnection } from './find-connection.ts';
import { refreshConnection, type RefreshConnection } from './refresh-connection.ts';

/**
 * Reads a connection. One that could not be read from upstream when it was saved is read now.
 * @throws AppError NotFound
 */
export async function getConnection(deps: RefreshConnection, request: { merchantId: string; connectionId: string }): Promise<Connection> {
  const connection = await findConnection(deps.connections, request.merchantId, request.connectionId);
  return connection.checkedAt === null ? refreshConnection(deps, connection) : connection;
}
