import * as z from 'zod';
import { accountTypes } from './connection.ts';

export const bankAccountStatuses = ['verified', 'unverified', 'unknown'] as const;

/** An account that a person has linked for payments, as Aeropay tells it. Read live and never stored. */
export const bankAccount = z.object({
  /** Upstream's id of the account. */
  id: z.string(),
  bankName: z.string().nullable(),
  /** The last digits, four at most. */
  last4: z.string().nullable(),
  name: z.string().nullable(),
  type: z.enum(accountTypes),
  status: z.enum(bankAccountStatuses),
  /** Whether payments use it; null where upstream does not say. */
  isDefault: z.boolean().nullable(),
  /** As 32 lower-case hex digits; null where upstream does not name the connection behind it. */
  connectionId: z.string().nullable(),
  createdAt: z.iso.datetime().nullable(),
});
export type BankAccount = z.infer<typeof bankAccount>;
