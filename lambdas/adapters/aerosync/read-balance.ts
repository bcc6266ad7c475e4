import * as z from 'zod';
import { optionalScalar, optionalText, optionalTime } from '../upstream-http/fields.ts';
import { readMoney } from './read-money.ts';

/** The reply to `GET …/balance` (aerosync-api.md §4.4). */
export const balanceReply = z
  .object({
    account: z
      .object({ availableBalance: optionalScalar, currentBalance: optionalScalar, currency: optionalText, lastRefreshTimeStamp: optionalTime })
      .transform((account, context) => ({
        type: 'balance' as const,
        asOf: account.lastRefreshTimeStamp,
        available: readMoney(account.availableBalance, account.currency, context, 'availableBalance'),
        current: readMoney(account.currentBalance, account.currency, context, 'currentBalance'),
      })),
  })
  .transform(({ account }) => account);
