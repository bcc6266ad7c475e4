import * as z from 'zod';
import type { UpstreamProfile } from '../../ports.ts';
import { optionalText } from '../upstream-http/fields.ts';
import { person, uuidOf } from './read-person.ts';

/**
 * The reply to v2's `GET /v2/user` and to v1's `GET /user?id=` (aerosync-api.md §3.4, §3.5), which write one key twice: the later one counts.
 * A reply without a status is of an active person, since upstream grants no token in the name of any other.
 */
export const profileReply = z
  .object({ user: person.extend({ firstName: optionalText, lastName: optionalText, userStatus: optionalText }) })
  .transform(({ user }): UpstreamProfile => ({
    isActive: (user.userStatus ?? 'active').toLowerCase() === 'active',
    aeroPassUserUuid: uuidOf(user),
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email ?? user.emailAddress,
    phoneNumber: user.phoneNumber ?? user.phone,
  }));
