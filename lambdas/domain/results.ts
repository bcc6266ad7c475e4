import * as z from 'zod';
import { money } from './money.ts';

const head = { jobId: z.string(), connectionId: z.string(), asOf: z.iso.datetime() };

export const balanceResult = z
  .object({ type: z.literal('balance'), ...head, available: money.nullable(), current: money.nullable() })
  .meta({ id: 'BalanceResult' });
export type BalanceResult = z.infer<typeof balanceResult>;

export const transaction = z
  .object({
    id: z.string(),
    date: z.string().nullable(),
    type: z.enum(['credit', 'debit', 'unknown']),
    amount: money.nullable(),
    description: z.string().nullable(),
    category: z.string().nullable(),
    subcategory: z.string().nullable(),
  })
  .meta({ id: 'Transaction' });
export type Transaction = z.infer<typeof transaction>;

export const address = z.object({
  line1: z.string().nullable(),
  line2: z.string().nullable(),
  city: z.string().nullable(),
  state: z.string().nullable(),
  postalCode: z.string().nullable(),
  country: z.string().nullable(),
  full: z.string().nullable(),
});

export const identityResult = z
  .object({
    type: z.literal('identity'),
    ...head,
    accountHolderName: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    address: address.nullable(),
  })
  .meta({ id: 'IdentityResult' });
export type IdentityResult = z.infer<typeof identityResult>;

/** What is common to all pages of one job's transactions. */
export const transactionsHead = z.object({
  type: z.literal('transactions'),
  ...head,
  startDate: z.iso.date(),
  endDate: z.iso.date(),
});
export type TransactionsHead = z.infer<typeof transactionsHead>;
