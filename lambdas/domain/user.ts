import * as z from 'zod';

export const userStatuses = ['active', 'verification_required'] as const;

export const verificationChannels = ['sms', 'email'] as const;
export type VerificationChannel = (typeof verificationChannels)[number];

/** How long a one-time code of Aeropay lives (docs-aeronetwork-users-v2.txt, step 3). */
export const codeLifetimeMs = 15 * 60_000;
/** Wrong tries after which a code is used up (api.md, "Users"). */
export const triesPerCode = 5;

/** Codes that one phone number is sent in 24 hours, the first included (api.md, "Users"). */
export const codesPerDay = 5;
/** Between two codes lies at least this much. */
export const codeIntervalMs = 60_000;

/** A one-time code that was sent. `destination` is masked. */
export const verification = z.object({
  channel: z.enum(verificationChannels),
  destination: z.string(),
  sentAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  wrongTries: z.number().int().min(0),
  /** A confirmation was sent whose reply was lost: it may have succeeded, so upstream is read before the next one. */
  unclear: z.boolean().default(false),
  /** When the oldest try was sent that upstream has not judged yet; a function that dies leaves it here. */
  triedAt: z.iso.datetime().optional(),
});
export type Verification = z.infer<typeof verification>;

/** A person as this merchant knows them. */
export const user = z.object({
  merchantId: z.string(),
  id: z.string(),
  externalId: z.string(),
  /** Upstream's id of the person at Aeropay, needed to confirm and read the profile; with Aeropay v2 the same value as `aeroPassUserUuid`. */
  upstreamUserId: z.string(),
  aeroPassUserUuid: z.string().nullable(),
  status: z.enum(userStatuses),
  verification: verification.nullable(),
  /** When codes were asked for in the last day or so, oldest first: also those whose sending stayed unclear. */
  codesSentAt: z.array(z.iso.datetime()).default([]),
  firstName: z.string(),
  lastName: z.string(),
  phoneNumber: z.string(),
  email: z.string(),
  createdAt: z.iso.datetime(),
});
export type User = z.infer<typeof user>;

/** What the merchant says of a person. */
export type Person = Pick<User, 'firstName' | 'lastName' | 'phoneNumber' | 'email'>;

/** Hides all but what a person needs to recognise their own number or address: `••••••4567`, `j•••@example.com`. */
export function maskedDestination(channel: VerificationChannel, person: Pick<Person, 'phoneNumber' | 'email'>): string {
  if (channel === 'sms') return `••••••${person.phoneNumber.slice(-4)}`;
  const at = person.email.lastIndexOf('@');
  return `${person.email.slice(0, 1)}•••${person.email.slice(at)}`;
}
