import * as z from 'zod';
import { maskedDestination, type VerificationChannel } from '../../domain/user.ts';
import type { CreatedUpstreamUser } from '../../ports.ts';
import { optionalFlag, optionalScalar, optionalText } from '../upstream-http/fields.ts';
import { said } from './said.ts';
import { sentTo, type SentTo } from './sent-to.ts';

/** Who a person is, in any of the documented forms. */
export const person = z.object({
  id: optionalScalar,
  userId: optionalScalar,
  aeroPassUserUuid: optionalText,
  email: optionalText,
  emailAddress: optionalText,
  phoneNumber: optionalText,
  phone: optionalText,
});
type PersonReply = z.infer<typeof person>;

const uuid = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i;

/**
 * The reply to a create, in any of its documented forms (aerosync-api.md §3.2, §3.5, §10): `{user:{id},mfaType}`,
 * `{success,user:{aeroPassUserUuid,userId}}`, and `{success:true,error:null,existingUser,displayMessage}`, which is no usable user yet.
 */
export const createdPerson = z
  .object({ user: person.nullish(), existingUser: z.literal(false).transform(() => null).or(person.nullish()), mfaType: said, displayMessage: optionalText })
  .transform((reply, context): CreatedUpstreamUser => {
    const known = reply.existingUser ?? reply.user;
    const upstreamUserId = known && upstreamIdOf(known);
    if (typeof upstreamUserId !== 'string') {
      context.addIssue({ code: 'custom', message: 'no id', path: known ? [reply.existingUser ? 'existingUser' : 'user', 'id'] : ['user'] });
      return z.NEVER;
    }
    const channel = channelOf(reply.mfaType);
    const verification = reply.existingUser ? sentToNetworkUser(channel, reply.displayMessage ?? '') : sentToUser(channel, known ?? null);
    return { upstreamUserId, aeroPassUserUuid: uuidOf(known ?? null), verification };
  });

/** The reply to a confirmed code: `{user:{id,…}}`, or the older `{success:true,error:null}`, which names nobody. One that would have a person confirm is none. */
export const confirmedPerson = z
  .object({ user: person.nullish(), success: optionalFlag, existingUser: z.null().optional() })
  .transform((reply, context) => {
    if (!reply.user && reply.success !== true) context.addIssue({ code: 'custom', message: 'no user', path: ['user'] });
    return { aeroPassUserUuid: uuidOf(reply.user ?? null) };
  });

/** What upstream calls so is believed in any form. v2's `user.id` is the same value; an older, numeric id is not. */
export function uuidOf(known: PersonReply | null): string | null {
  const [named, ...ids] = [known?.aeroPassUserUuid, known?.id, known?.userId].map((id) => withoutRegion(id ?? ''));
  return named || (ids.find((id) => uuid.test(id)) ?? null);
}

/** Some ids carry the region of upstream's user pool in front (aerosync-api.md §3.1). */
function withoutRegion(id: string): string {
  return id.replace(/^us-east-1:/, '');
}

function upstreamIdOf({ id, userId, aeroPassUserUuid }: PersonReply): string | undefined {
  const given = id ?? userId ?? aeroPassUserUuid;
  return given === null ? undefined : withoutRegion(given);
}

/** A word we have not met still means that a code was sent: by phone, which is what identifies a person in this network. */
function channelOf(mfaType: string | null): VerificationChannel | undefined {
  if (mfaType === null) return undefined;
  return mfaType.toLowerCase() === 'email' ? 'email' : 'sms';
}

/**
 * A person of the network, whom upstream may know by an address that is not the merchant's business: what is told is the sentence's masked one,
 * never `existingUser.email` or `.phone`. The older API sends its codes by e-mail.
 */
function sentToNetworkUser(channel: VerificationChannel | undefined, displayMessage: string): SentTo {
  const told = sentTo(displayMessage);
  if (channel === undefined || channel === told?.channel) return told ?? { channel: channel ?? 'email', destination: null };
  return { channel, destination: null };
}

/** Where upstream says that it sent the code, masked: it may know the person by another address than we do. Null when it sent none. */
function sentToUser(channel: VerificationChannel | undefined, known: PersonReply | null): SentTo | null {
  if (channel === undefined) return null;
  const phoneNumber = known?.phoneNumber ?? known?.phone ?? '';
  const email = known?.email ?? known?.emailAddress ?? '';
  const isReadable = channel === 'sms' ? /^\+?[\d\s().-]{7,}$/.test(phoneNumber) : email.includes('@');
  return { channel, destination: isReadable ? maskedDestination(channel, { phoneNumber, email }) : null };
}
