import type { Connection } from '../domain/connection.ts';
import { AppError } from '../domain/errors.ts';
import type { ConnectionRepository } from '../ports.ts';

/** @throws AppError NotFound, also for another merchant's connection */
export async function findConnection(connections: Pick<ConnectionRepository, 'find'>, merchantId: string, connectionId: string): Promise<Connection> {
  const connection = await connections.find(merchantId, connectionId);
  if (connection === undefined) throw new AppError('NotFound', 'there is no such connection');
  return connection;
}
