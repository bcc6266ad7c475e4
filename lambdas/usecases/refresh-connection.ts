import type { Connection } from '../domain/connection.ts';
import { AppError } from '../domain/errors.ts';
import type { Clock, ConnectionRepository, UpstreamAccounts } from '../ports.ts';

export interface RefreshConnection {
  readonly connections: ConnectionRepository;
  readonly accounts: UpstreamAccounts;
  readonly clock: Clock;
}

/**
 * Reads a connection from upstream again and stores what it says now.
 * While upstream cannot answer, the connection stays as it is.
 */
export async function refreshConnection(deps: RefreshConnection, connection: Connection): Promise<Connection> {
  try {
    return await readConnection(deps, connection);
  } catch (error) {
    if (error instanceof AppError) return connection;
    throw error;
  }
}

/**
 * The same for who must know: a reading that upstream refuses or does not answer is an error, save where it asks for the person.
 * @throws AppError NotFound when upstream does not know the connection; UpstreamUnavailable, UpstreamThrottled and its like
 */
export async function readConnection(deps: RefreshConnection, connection: Connection): Promise<Connection> {
  const readAt = deps.clock.now();
  try {
    const account = await deps.accounts.read(connection.merchantId, connection.id);
    const renewed = await deps.connections.renew({ ...connection, ...account.connection, checkedAt: readAt.toISOString() });
    if (renewed === undefined) throw new AppError('NotFound', 'the connection was removed just now');
    return renewed;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'UserActionRequired') throw error;
    await deps.connections.mark(connection.merchantId, connection.id, 'reconnect_required', readAt, true);
    return { ...connection, status: 'reconnect_required', checkedAt: readAt.toISOString() };
  }
}
