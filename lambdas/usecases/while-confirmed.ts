import { AppError } from '../domain/errors.ts';
import type { UserRepository } from '../ports.ts';
import { findConfirmedUser, type ConfirmedUser, type FindConfirmedUser } from './find-user.ts';

export interface WhileConfirmed extends FindConfirmedUser {
  readonly users: FindConfirmedUser['users'] & Pick<UserRepository, 'requireVerification'>;
}

/**
 * Asks upstream something in a confirmed person's name. When upstream says that they are not confirmed after all, the user is marked,
 * so that a new code and its confirmation work again.
 * @throws AppError NotFound, VerificationRequired, and what the work throws
 */
export async function whileConfirmed<T>(
  deps: WhileConfirmed,
  { merchantId, userId }: { readonly merchantId: string; readonly userId: string },
  ask: (user: ConfirmedUser) => Promise<T>,
): Promise<T> {
  const user = await findConfirmedUser(deps, merchantId, userId);
  try {
    return await ask(user);
  } catch (error) {
    if (error instanceof AppError && error.code === 'VerificationRequired') await deps.users.requireVerification(merchantId, userId, null);
    throw error;
  }
}
