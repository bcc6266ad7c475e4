import { AppError } from '../domain/errors.ts';
import type { UserRepository } from '../ports.ts';
import { findConfirmedUser, type ConfirmedUser } from './find-user.ts';

/**
 * Asks upstream something in a confirmed person's name. When upstream says that they are not confirmed after all, the user is marked,
 * so that a new code and its confirmation work again.
 * @throws AppError NotFound, VerificationRequired, and what the work throws
 */
export async function whileConfirmed<T>(
  users: Pick<UserRepository, 'find' | 'requireVerification'>,
  { merchantId, userId }: { readonly merchantId: string; readonly userId: string },
  ask: (user: ConfirmedUser) => Promise<T>,
): Promise<T> {
  const user = await findConfirmedUser(users, merchantId, userId);
  try {
    return await ask(user);
  } catch (error) {
    if (error instanceof AppError && error.code === 'VerificationRequired') await users.requireVerification(merchantId, userId, null);
    throw error;
  }
}
