import * as z from 'zod';
import type { BankAccount } from '../../domain/bank-account.ts';
import { normalConnectionId } from '../../domain/connection.ts';
import { optionalFlag, scalar } from '../upstream-http/fields.ts';
import { readTime } from '../upstream-http/read-time.ts';
import { said } from './said.ts';

/** Ids are numbers or text, flags booleans or "1", times ISO 8601 or text of seconds since 1970 (aerosync-api.md §3.4 to §3.6). */
const account = z
  .object({
    bankAccountId: scalar.pipe(z.string().min(1)),
    bankName: said,
    accountLast4: said,
    name: said,
    isSelected: optionalFlag,
    accountType: said,
    status: said,
    createdDate: said,
    connectionId: said,
  })
  .transform((one): BankAccount => ({
    id: one.bankAccountId,
    bankName: one.bankName,
    last4: lastDigits(one.accountLast4),
    name: one.name,
    type: typeOf(one.accountType),
    status: statusOf(one.status),
    isDefault: one.isSelected,
    connectionId: normalConnectionId(one.connectionId ?? '') ?? null,
    createdAt: timeOf(one.createdDate),
  }));

/** The reply to v2's `GET /v2/bankAccounts`. */
export const bankAccountsReply = z.object({ bankAccounts: z.array(account) }).transform(({ bankAccounts }) => bankAccounts);

/** The same out of v1's `GET /user`, which leaves them out for a person who has none. */
export const accountsOfUserReply = z.object({ user: z.object({ bankAccounts: z.array(account).nullish() }) }).transform(({ user }) => user.bankAccounts ?? []);

/** The reply to `linkAccountFromAggregator`, of either API. */
export const linkedAccountReply = z.object({ userBankInfo: account }).transform(({ userBankInfo }) => userBankInfo);

/** Four at most, whatever upstream puts there: it is shown. */
function lastDigits(text: string | null): string | null {
  const digits = (text ?? '').replaceAll(/\D/g, '').slice(-4);
  return digits === '' ? null : digits;
}

function typeOf(word: string | null): BankAccount['type'] {
  const type = word?.toLowerCase();
  return type === 'checking' || type === 'savings' ? type : 'unknown';
}

/** Only one word is documented; micro-deposits know accounts that wait (AP500). */
function statusOf(word: string | null): BankAccount['status'] {
  switch (word?.toLowerCase()) {
    case 'verified': return 'verified';
    case 'unverified': case 'pending': return 'unverified';
    default: return 'unknown';
  }
}

/** A time that cannot be read is left out: the account is there all the same. */
function timeOf(text: string | null): string | null {
  return text === null ? null : (readTime(text)?.toISOString() ?? null);
}
