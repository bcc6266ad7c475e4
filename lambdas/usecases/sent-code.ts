import { codeLifetimeMs, maskedDestination, type Person, type Verification } from '../domain/user.ts';
import type { CreatedUpstreamUser } from '../ports.ts';

/** A code that upstream has just sent; its destination is masked by us where upstream does not mask it. */
export function sentCode({ channel, destination }: NonNullable<CreatedUpstreamUser['verification']>, person: Person, now: Date): Verification {
  return {
    channel,
    destination: destination ?? maskedDestination(channel, person),
    sentAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + codeLifetimeMs).toISOString(),
    wrongTries: 0,
    unclear: false,
  };
}
