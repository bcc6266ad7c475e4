import * as z from 'zod';

export type MfaType = 'sms' | 'email';

/** How a person stands with one merchant. */
export const attachmentRow = z.discriminatedUnion('state', [
  z.object({ person: z.string(), merchant: z.string(), state: z.literal('connected') }),
  z.object({ person: z.string(), merchant: z.string(), state: z.literal('pending'), expiresAt: z.number(), wrongCodes: z.number() }),
]);
export type Attachment = z.infer<typeof attachmentRow>;

const bankAccountRow = z.object({
  bankAccountId: z.number(),
  merchant: z.string(),
  connectionId: z.string(),
  createdAt: z.number(),
  /** The account that payments use: one of each merchant's. */
  isSelected: z.boolean(),
  timesLinked: z.number(),
});
/** An account linked for payments. */
export type LinkedBankAccount = z.infer<typeof bankAccountRow>;

export const personRow = z.object({
  /** The aeroPassUserUuid. */
  id: z.string(),
  /** The number that v1 calls userId. */
  number: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  phoneNumber: z.string(),
  createdAt: z.number(),
  bankAccounts: z.array(bankAccountRow),
});
/** A person of the Aeropay network, one and the same through both versions of the API. The phone number is what makes a person unique. */
export type Person = Readonly<z.infer<typeof personRow>>;

export type NewPerson = Pick<Person, 'firstName' | 'lastName' | 'email' | 'phoneNumber'>;
