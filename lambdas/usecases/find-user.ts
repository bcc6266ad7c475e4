import { AppError } from '../domain/errors.ts';
import type { User } from '../domain/user.ts';
import type { UpstreamProfiles, UserRepository } from '../ports.ts';

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

export interface FindConfirmedUser {
  readonly users: Pick<UserRepository, 'find' | 'confirm'>;
  readonly profiles: UpstreamProfiles;
}

/**
 * For everything that needs a confirmed person. One whose uuid upstream has not told yet (an older API tells it apart from the confirmation,
 * and that reply may have been lost) is read from upstream, once.
 * @throws AppError NotFound, VerificationRequired
 */
export async function findConfirmedUser(deps: FindConfirmedUser, merchantId: string, userId: string): Promise<ConfirmedUser> {
  const user = await findUser(deps.users, merchantId, userId);
  if (user.status !== 'active') throw new AppError('VerificationRequired', 'the person has not confirmed the code yet: send it to the verification of this user');
  const { aeroPassUserUuid } = user;
  return aeroPassUserUuid === null ? readUuid(deps, user) : { ...user, aeroPassUserUuid };
}

async function readUuid(deps: FindConfirmedUser, user: User): Promise<ConfirmedUser> {
  const { aeroPassUserUuid } = await deps.profiles.read(user.merchantId, user);
  if (aeroPassUserUuid === null) throw new AppError('UpstreamRejected', "upstream does not tell the person's aeroPassUserUuid");
  return { ...(await deps.users.confirm(user.merchantId, user.id, aeroPassUserUuid)), aeroPassUserUuid };
}
