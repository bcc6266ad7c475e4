import * as z from 'zod';
import type { Transaction } from '../../domain/results.ts';
import { optionalDay, optionalScalar, optionalText, scalar } from '../upstream-http/fields.ts';
import { readMoney } from './read-money.ts';
import { upstreamWord } from './upstream-word.ts';

const transaction = z
  .object({
    id: scalar.pipe(z.string().min(1)),
    type: optionalText,
    date: optionalDay,
    amount: optionalScalar,
    currency: optionalText,
    description: optionalText,
    category: optionalText,
    subcategory: optionalText,
  })
  .transform(({ id, type, date, amount, currency, description, category, subcategory }, context): Transaction => {
    const signed = amount?.trim() ?? null;
    return {
      id,
      date,
      type: directionOf(type, isNegative(signed)),
      amount: readMoney(signed?.replace(/^-/, '') ?? null, currency, context, 'amount'),
      description,
      category,
      subcategory,
    };
  });

/** The reply to `GET …/transactions?job_id=` (aerosync-api.md §4.4). */
export const transactionsReply = z
  .object({ transactions: z.array(transaction) })
  .transform(({ transactions }) => ({ type: 'transactions' as const, asOf: null, items: transactions }));

/** Minus zero is no direction. */
function isNegative(amount: string | null): boolean {
  return amount !== null && amount.startsWith('-') && /[1-9]/.test(amount.replace(/e.*$/i, ''));
}

/**
 * The direction in upstream's word. Its sign convention is unknown (aerosync-api.md §4.4): unsigned amounts agree with both words, a minus
 * agrees with a debit only, and says nothing where there is no word.
 */
function directionOf(type: string | null, negative: boolean): Transaction['type'] {
  const word = upstreamWord(type ?? '');
  if (word === 'debit') return 'debit';
  return word === 'credit' && !negative ? 'credit' : 'unknown';
}
