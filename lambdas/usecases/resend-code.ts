import { AppError } from '../domain/errors.ts';
import { codeIntervalMs, codesPerDay, type User } from '../domain/user.ts';
import type { Clock, UpstreamUsers, UserRepository } from '../ports.ts';
import { findUser } from './find-user.ts';
import { sentCode } from './sent-code.ts';

export interface ResendCode {
  readonly users: Pick<UserRepository, 'find' | 'reserveCode' | 'renewUpstreamId' | 'confirm' | 'requireVerification'>;
  readonly upstreamUsers: Pick<UpstreamUsers, 'create'>;
  readonly clock: Clock;
}

const dayMs = 86_400_000;

/**
 * Has a new code sent to a person who is not confirmed. Upstream has no call for that but creating the person again
 * (aerosync-api.md §3.3), which disconnects them: so never for an active one. The code is counted before it is asked for.
 * @throws AppError NotFound; Conflict for an active person; TooManyRequests within a minute, and after five codes in a day
 */
export async function resendCode(deps: ResendCode, request: { merchantId: string; userId: string }): Promise<User> {
  const user = await findUser(deps.users, request.merchantId, request.userId);
  refuseActive(user);
  const now = deps.clock.now();
  const recent = user.codesSentAt.filter((at) => now.getTime() - Date.parse(at) < dayMs);
  refuseTooMany(recent, now);
  if (!(await deps.users.reserveCode(user, [...recent, now.toISOString()]))) {
    refuseActive(await findUser(deps.users, request.merchantId, request.userId));
    throw tooSoon(codeIntervalMs / 1000);
  }
  const created = await deps.upstreamUsers.create(user.merchantId, user);
  if (created.upstreamUserId !== user.upstreamUserId) await deps.users.renewUpstreamId(user.merchantId, user.id, created);
  if (created.verification === null) return deps.users.confirm(user.merchantId, user.id, created.aeroPassUserUuid);
  return deps.users.requireVerification(user.merchantId, user.id, sentCode(created.verification, user, now));
}

function refuseActive({ status }: User): void {
  if (status === 'active') throw new AppError('Conflict', 'the person is active: there is no code to confirm');
}

function refuseTooMany(recent: readonly string[], now: Date): void {
  const [oldest] = recent;
  const newest = recent.at(-1);
  if (newest !== undefined && now.getTime() - Date.parse(newest) < codeIntervalMs) {
    throw tooSoon(Math.ceil((Date.parse(newest) + codeIntervalMs - now.getTime()) / 1000));
  }
  if (oldest === undefined || recent.length < codesPerDay) return;
  throw new AppError('TooManyRequests', `a person is sent ${codesPerDay} codes in 24 hours: try again later`, {
    retryAfterSeconds: Math.ceil((Date.parse(oldest) + dayMs - now.getTime()) / 1000),
  });
}

function tooSoon(retryAfterSeconds: number): AppError {
  return new AppError('TooManyRequests', 'a code was sent less than a minute ago: wait for it, or ask again after Retry-After', { retryAfterSeconds });
}
