import { AppError } from '../domain/errors.ts';
import { triesPerCode, type User, type Verification } from '../domain/user.ts';
import type { Clock, Sleep, UpstreamProfiles, UpstreamUsers, UserRepository } from '../ports.ts';
import { findUser } from './find-user.ts';

export interface VerifyUser {
  readonly users: UserRepository;
  readonly upstreamUsers: Pick<UpstreamUsers, 'confirm'>;
  readonly profiles: UpstreamProfiles;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** How long a refused try waits for others of the same code to come to an end. */
const lookEveryMs = 250;
const looks = 6;
/** Upstream's answer is not waited for as long as that: a try that is not judged by then died with its function. */
const judgedMs = 20_000;

/**
 * Confirms the one-time code that upstream sent to the person.
 * A person who is active already is answered without asking upstream, and so is a code that cannot succeed any more.
 * @throws AppError NotFound; VerificationFailed, with `resend_code` when only a new code can help
 */
export async function verifyUser(deps: VerifyUser, request: { merchantId: string; userId: string; code: string }): Promise<User> {
  const user = await findUser(deps.users, request.merchantId, request.userId);
  if (user.status === 'active') return user;
  const now = deps.clock.now();
  const code = openCode(user, now);
  if (mayHaveSucceeded(code, now)) {
    const confirmed = await confirmedBefore(deps, user);
    if (confirmed !== undefined) return confirmed;
  }
  const tried = await deps.users.reserveTry(user.merchantId, user.id, code.sentAt, now);
  if (tried === undefined) return whileOthersTry(deps, user);
  try {
    const confirmed = await deps.upstreamUsers.confirm(user.merchantId, user, request.code);
    return await deps.users.confirm(user.merchantId, user.id, confirmed.aeroPassUserUuid);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'VerificationFailed') {
      await deps.users.settleTry(user.merchantId, user.id, code.sentAt, now);
      return afterRefusal(deps, tried, error);
    }
    await deps.users.returnTry(user.merchantId, user.id, code.sentAt);
    const isUnclear = error.code === 'UpstreamUnavailable' && error.details.surelyNotAccepted !== true;
    if (isUnclear) await deps.users.markUnclear(user.merchantId, user.id, code.sentAt);
    else await deps.users.settleTry(user.merchantId, user.id, code.sentAt, now);
    throw error;
  }
}

/** All tries of the code are taken by requests under way: one of them may yet be right. */
async function whileOthersTry(deps: VerifyUser, { merchantId, id }: User): Promise<User> {
  const now = await findUser(deps.users, merchantId, id);
  if (now.status === 'active') return now;
  throw new AppError('TooManyRequests', 'other tries of this code are under way: ask again in a moment', { retryAfterSeconds: 1 });
}

/** The reply to a try of this code was lost, or the function died that waited for it. */
function mayHaveSucceeded({ unclear, triedAt }: Verification, now: Date): boolean {
  return unclear || (triedAt !== undefined && now.getTime() - Date.parse(triedAt) > judgedMs);
}

/** A code counts once: what a lost reply confirmed would be refused when it is sent again. */
async function confirmedBefore(deps: VerifyUser, user: User): Promise<User | undefined> {
  try {
    const profile = await deps.profiles.read(user.merchantId, user);
    return profile.isActive ? await deps.users.confirm(user.merchantId, user.id, profile.aeroPassUserUuid) : undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === 'VerificationRequired') return undefined;
    throw error;
  }
}

/** The code that may still be right. */
function openCode(user: User, now: Date): Verification {
  const { verification } = user;
  if (verification === null) throw needsNewCode('no code is open for this person');
  if (Date.parse(verification.expiresAt) <= now.getTime()) throw needsNewCode('the code is expired');
  if (verification.wrongTries >= triesPerCode) throw needsNewCode('the code is used up by wrong tries');
  return verification;
}

/** What upstream refused may be the right code, which another request had confirmed just before. */
async function afterRefusal(deps: VerifyUser, tried: User, refusal: AppError): Promise<User> {
  const now = await onceOthersAreDone(deps, tried);
  if (now.status === 'active') return now;
  const usedUp = (tried.verification?.wrongTries ?? 0) >= triesPerCode;
  throw usedUp || refusal.details.nextAction === 'resend_code' ? needsNewCode('the code is used up by wrong tries', refusal) : refusal;
}

/** Where more than this try is counted, the other one may have been right and be about to say so. Upstream's profile is not asked: it may call active whom this merchant has not confirmed. */
async function onceOthersAreDone(deps: VerifyUser, { merchantId, id }: User): Promise<User> {
  let now = await findUser(deps.users, merchantId, id);
  for (let look = 0; look < looks && now.status !== 'active' && (now.verification?.wrongTries ?? 0) > 1; look++) {
    await deps.sleep(lookEveryMs);
    now = await findUser(deps.users, merchantId, id);
  }
  return now;
}

function needsNewCode(reason: string, refusal?: AppError): AppError {
  return new AppError('VerificationFailed', `${reason}: have a new one sent`, {
    ...refusal?.details,
    nextAction: 'resend_code',
    userMessage: 'That code is no longer valid. Please ask for a new one.',
  });
}
