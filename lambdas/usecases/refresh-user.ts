import { AppError } from '../domain/errors.ts';
import type { User } from '../domain/user.ts';
import type { UpstreamProfiles, UserRepository } from '../ports.ts';
import { findUser } from './find-user.ts';

export interface RefreshUser {
  readonly users: Pick<UserRepository, 'find' | 'confirm' | 'requireVerification' | 'change'>;
  readonly profiles: UpstreamProfiles;
}

/**
 * Reads a person's profile and status from upstream and stores what changed. A person whom upstream no longer knows at this
 * merchant must confirm a code again; one who waits for that is confirmed when upstream says so.
 * @throws AppError NotFound; what upstream fails with
 */
export async function refreshUser(deps: RefreshUser, request: { merchantId: string; userId: string }): Promise<User> {
  const user = await findUser(deps.users, request.merchantId, request.userId);
  const profile = await deps.profiles.read(user.merchantId, user).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'VerificationRequired') return undefined;
    throw error;
  });
  if (profile === undefined || !profile.isActive) {
    return user.status === 'active' ? deps.users.requireVerification(user.merchantId, user.id, null) : user;
  }
  if (user.status !== 'active' || user.aeroPassUserUuid === null) await deps.users.confirm(user.merchantId, user.id, profile.aeroPassUserUuid);
  const changed = await deps.users.change(user.merchantId, user.id, {
    ...(profile.firstName !== null && { firstName: profile.firstName }),
    ...(profile.lastName !== null && { lastName: profile.lastName }),
    ...(profile.email !== null && { email: profile.email }),
  });
  return changed === 'conflict' ? findUser(deps.users, user.merchantId, user.id) : changed.user;
}
