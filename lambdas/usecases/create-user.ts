import { AppError } from '../domain/errors.ts';
import type { Person, User } from '../domain/user.ts';
import type { Clock, CreatedUpstreamUser, Ids, PersonClaim, Sleep, UpstreamUsers, UserRepository } from '../ports.ts';
import { sentCode } from './sent-code.ts';

export interface CreateUser {
  readonly users: UserRepository;
  readonly upstreamUsers: Pick<UpstreamUsers, 'create'>;
  readonly ids: Pick<Ids, 'user'>;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

export interface CreateUserRequest extends Person {
  readonly merchantId: string;
  readonly externalId: string;
}

/** Longer than any request can live, so that the claim of a create that still runs is never taken over. */
const leaseMs = 35_000;
/** How long a create waits for another one of the same person; leaves a request the time for a create of its own. */
const patienceMs = 12_000;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Creates a person once: upstream is asked only by whoever holds the claim on both the external id and the phone number,
 * since asking it again for a stored person disconnects them. Stored before the answer.
 * @returns `created: false` for a person who was stored, by a former call or by one that ran at the same time
 * @throws AppError Conflict; UpstreamUnavailable when the other create of this person takes too long; whatever upstream refuses with
 */
export async function createUser(deps: CreateUser, request: CreateUserRequest): Promise<{ user: User; created: boolean }> {
  const claim: PersonClaim = {
    merchantId: request.merchantId,
    userId: deps.ids.user(),
    externalId: request.externalId,
    phoneNumber: request.phoneNumber,
  };
  const stored = await storedOrClaimed(deps, claim);
  if (stored !== undefined) return { user: stored, created: false };
  try {
    const user = newUser(request, claim, await deps.upstreamUsers.create(request.merchantId, personOf(request)), deps.clock.now());
    await deps.users.store(user);
    return { user, created: true };
  } catch (error) {
    // Should this fail too, the lease ends by itself, and the caller hears of the failure that matters.
    await deps.users.release(claim).catch(() => {});
    throw error;
  }
}

/** The person who is stored under the claim, or undefined once the claim is ours. */
async function storedOrClaimed(deps: CreateUser, claim: PersonClaim): Promise<User | undefined> {
  const until = deps.clock.now().getTime() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const answer = await deps.users.claim(claim, deps.clock.now(), leaseMs);
    if (answer === 'claimed') return undefined;
    if (answer === 'conflict') throw new AppError('Conflict', 'the external id or the phone number belongs to another person of yours: look the person up by externalId');
    if (answer !== 'held') return answer.stored;
    if (deps.clock.now().getTime() >= until) throw new AppError('UpstreamUnavailable', 'another request for the same person still waits for Aeropay: send this one again');
    await deps.sleep(pauseMs);
  }
}

function newUser(request: CreateUserRequest, claim: PersonClaim, created: CreatedUpstreamUser, now: Date): User {
  return {
    ...personOf(request),
    merchantId: claim.merchantId,
    id: claim.userId,
    externalId: claim.externalId,
    upstreamUserId: created.upstreamUserId,
    aeroPassUserUuid: created.aeroPassUserUuid,
    status: created.verification === null ? 'active' : 'verification_required',
    verification: created.verification && sentCode(created.verification, request, now),
    codesSentAt: created.verification === null ? [] : [now.toISOString()],
    createdAt: now.toISOString(),
  };
}

function personOf({ firstName, lastName, phoneNumber, email }: Person): Person {
  return { firstName, lastName, phoneNumber, email };
}
