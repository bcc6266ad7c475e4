import { AppError } from '../domain/errors.ts';
import type { User } from '../domain/user.ts';
import type { UserRepository } from '../ports.ts';

/** @throws AppError NotFound, also for another merchant's user */
export async function findUser(users: Pick<UserRepository, 'find'>, merchantId: string, userId: string): Promise<User> {
  const user = await users.find(merchantId, userId);
  if (user === undefined) throw new AppError('NotFound', 'there is no such user');
  return user;
}

/** A user whom upstream knows as confirmed at this merchant. */
export interface ConfirmedUser extends User {
  readonly aeroPassUserUuid: string;
}

/**
 * For everything that needs a confirmed person.
 * @throws AppError NotFound, VerificationRequired
 */
export async function findConfirmedUser(users: Pick<UserRepository, 'find'>, merchantId: string, userId: string): Promise<ConfirmedUser> {
  const user = await findUser(users, merchantId, userId);
  const { aeroPassUserUuid } = user;
  if (user.status !== 'active' || aeroPassUserUuid === null) {
    throw new AppError('VerificationRequired', 'the person has not confirmed the code yet: send it to the verification of this user');
  }
  return { ...user, aeroPassUserUuid };
}
