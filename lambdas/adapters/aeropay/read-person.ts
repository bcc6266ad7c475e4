import * as z from 'zod';
import { maskedDestination, type VerificationChannel } from '../../domain/user.ts';
import type { CreatedUpstreamUser } from '../../ports.ts';
import { optionalFlag, optionalScalar, optionalText } from '../upstream-http/fields.ts';

const person = z.object({
  id: optionalScalar,
  userId: optionalScalar,
  aeroPassUserUuid: optionalText,
  email: optionalText,
  phoneNumber: optionalText,
  phone: optionalText,
});
type UpstreamPerson = z.infer<typeof person>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The reply to a create, in any of its documented forms (aerosync-api.md §3.2, §3.5, §10): `{user:{id},mfaType}`,
 * `{success,user:{aeroPassUserUuid,userId}}`, and `{success:true,error:null,existingUser}`, which is no usable user yet.
 */
export const createdPerson = z
  .object({ user: person.nullish(), existingUser: person.nullish(), mfaType: optionalText })
  .transform((reply, context): CreatedUpstreamUser => {
    const known = reply.existingUser ?? reply.user;
    const upstreamUserId = known && upstreamIdOf(known);
    if (typeof upstreamUserId !== 'string') {
      context.addIssue({ code: 'custom', message: 'no id', path: known ? [reply.existingUser ? 'existingUser' : 'user', 'id'] : ['user'] });
      return z.NEVER;
    }
    const channel = reply.existingUser ? (channelOf(reply.mfaType) ?? 'email') : channelOf(reply.mfaType);
    return {
      upstreamUserId,
      aeroPassUserUuid: uuidOf(known ?? null),
      verification: channel === undefined ? null : { channel, destination: destinationOf(channel, known ?? null) },
    };
  });

/** The reply to a confirmed code: `{user:{id,…}}`, or the older `{success:true,error:null}`, which names nobody. */
export const confirmedPerson = z
  .object({ user: person.nullish(), success: optionalFlag })
  .transform((reply, context) => {
    if (!reply.user && reply.success !== true) context.addIssue({ code: 'custom', message: 'no user', path: ['user'] });
    return { aeroPassUserUuid: uuidOf(reply.user ?? null) };
  });

/** Some ids carry the region of upstream's user pool in front (aerosync-api.md §3.1). */
function withoutRegion(id: string): string {
  return id.replace(/^us-east-1:/, '');
}

function upstreamIdOf({ id, userId, aeroPassUserUuid }: UpstreamPerson): string | undefined {
  const given = id ?? userId ?? aeroPassUserUuid;
  return given === null ? undefined : withoutRegion(given);
}

/** v2's `user.id` is the same value as `aeroPassUserUuid`; an older, numeric id is not. */
function uuidOf(known: UpstreamPerson | null): string | null {
  const given = [known?.aeroPassUserUuid, known?.id, known?.userId].map((id) => withoutRegion(id ?? ''));
  return given.find((id) => uuid.test(id)) ?? null;
}

/** A word we have not met still means that a code was sent: by phone, which is what identifies a person in this network. */
function channelOf(mfaType: string | null): VerificationChannel | undefined {
  if (mfaType === null) return undefined;
  return mfaType.toLowerCase() === 'email' ? 'email' : 'sms';
}

/** Where upstream says that it sent the code, masked: it may know the person by another address than we do. */
function destinationOf(channel: VerificationChannel, known: UpstreamPerson | null): string | null {
  const phoneNumber = known?.phoneNumber ?? known?.phone ?? '';
  const email = known?.email ?? '';
  const isReadable = channel === 'sms' ? /^\+?[\d\s().-]{7,}$/.test(phoneNumber) : email.includes('@');
  return isReadable ? maskedDestination(channel, { phoneNumber, email }) : null;
}
