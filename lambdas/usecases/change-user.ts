import { AppError } from '../domain/errors.ts';
import type { User } from '../domain/user.ts';
import type { UserChanges, UserRepository } from '../ports.ts';

/**
 * Changes what the merchant says of a person; upstream is not told, since it has no call for it.
 * @throws AppError NotFound; Conflict when another person has the external id
 */
export async function changeUser(deps: { readonly users: Pick<UserRepository, 'change'> }, request: { merchantId: string; userId: string; changes: UserChanges }): Promise<User> {
  const changed = await deps.users.change(request.merchantId, request.userId, request.changes);
  if (changed === 'conflict') throw new AppError('Conflict', 'the external id belongs to another person of yours');
  return changed.user;
}
