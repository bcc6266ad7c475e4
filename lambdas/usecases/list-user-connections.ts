import type { Connection } from '../domain/connection.ts';
import type { ConnectionFilter, ConnectionRepository, Page, PageRequest, UserRepository } from '../ports.ts';
import { findUser } from './find-user.ts';

export interface ListUserConnections {
  readonly connections: Pick<ConnectionRepository, 'list'>;
  readonly users: Pick<UserRepository, 'find'>;
}

export interface ListUserConnectionsRequest {
  readonly merchantId: string;
  readonly userId: string;
  readonly filter: ConnectionFilter;
  readonly page: PageRequest;
}

/**
 * Lists one person's connections, newest first.
 * @throws AppError NotFound
 */
export async function listUserConnections(deps: ListUserConnections, { merchantId, userId, filter, page }: ListUserConnectionsRequest): Promise<Page<Connection>> {
  const user = await findUser(deps.users, merchantId, userId);
  // A list of one person's, asked for those of another, has none.
  if (filter.userId !== undefined && filter.userId !== user.id) return { items: [], position: undefined };
  return deps.connections.list(merchantId, { ...filter, userId: user.id }, page);
}
