import type { User } from '../domain/user.ts';
import type { Page, PageRequest, UserRepository } from '../ports.ts';

export interface ListUsers {
  readonly users: Pick<UserRepository, 'list' | 'findByExternalId'>;
}

/** Lists people, newest first; with an external id, the one who has it or nobody. */
export async function listUsers(deps: ListUsers, request: { merchantId: string; externalId?: string | undefined; page: PageRequest }): Promise<Page<User>> {
  if (request.externalId === undefined) return deps.users.list(request.merchantId, request.page);
  const user = await deps.users.findByExternalId(request.merchantId, request.externalId);
  return { items: user === undefined ? [] : [user], position: undefined };
}
