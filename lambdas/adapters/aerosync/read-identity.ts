import * as z from 'zod';
import type { IdentityResult } from '../../domain/results.ts';
import { optionalScalar, optionalText } from '../upstream-http/fields.ts';

/** Snake case around camel case in the documents; both are read for both. */
const fields = z.object({
  address1: optionalText, address_1: optionalText,
  address2: optionalText, address_2: optionalText,
  city: optionalText,
  state: optionalText, region: optionalText,
  postalCode: optionalScalar, postal_code: optionalScalar,
  country: optionalText,
});

/** The reply to `GET …/identity` (aerosync-api.md §4.4). */
export const identityReply = z
  .object({
    identity: z.object({
      accountHolderName: optionalText,
      email: optionalText,
      phone: optionalScalar,
      address: optionalText,
      address_fields: fields.nullish(),
      addressFields: fields.nullish(),
    }),
  })
  .transform(({ identity }) => ({
    type: 'identity' as const,
    asOf: null,
    accountHolderName: identity.accountHolderName,
    email: identity.email,
    phone: identity.phone,
    address: addressOf(identity.address, identity.address_fields ?? identity.addressFields ?? undefined),
  }));

function addressOf(full: string | null, parts: z.infer<typeof fields> | undefined): IdentityResult['address'] {
  const address = {
    line1: parts?.address1 ?? parts?.address_1 ?? null,
    line2: parts?.address2 ?? parts?.address_2 ?? null,
    city: parts?.city ?? null,
    state: parts?.state ?? parts?.region ?? null,
    postalCode: parts?.postalCode ?? parts?.postal_code ?? null,
    country: parts?.country ?? null,
    full,
  };
  return Object.values(address).every((part) => part === null) ? null : address;
}
