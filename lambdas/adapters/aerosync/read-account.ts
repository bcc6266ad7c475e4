import * as z from 'zod';
import type { Connection, ConnectionStatus } from '../../domain/connection.ts';
import type { UpstreamAccount } from '../../ports.ts';
import { optionalFlag, optionalScalar, optionalText } from '../upstream-http/fields.ts';
import { readTime } from '../upstream-http/read-time.ts';
import { upstreamWord } from './upstream-word.ts';

/** The reply to `GET /v2/accounts/{connectionId}`; older versions lack most of the fields (aerosync-api.md §4.1). */
export const accountReply = z
  .object({
    account: z.object({
      accountNickname: optionalText,
      accountNumber: optionalScalar,
      routingNumber: optionalScalar,
      accountNumberDisplay: optionalScalar,
      accountNumberType: optionalText,
      accountType: optionalText,
      bankName: optionalText,
      institutionName: optionalText,
      institutionUuid: optionalText,
      canFetchBalance: optionalFlag,
      connectionStatus: optionalText,
      connectionExpiry: optionalScalar,
    }),
  })
  .transform(({ account }): UpstreamAccount => ({
    connection: {
      status: connectionStatusOf(account.connectionStatus),
      upstreamStatus: account.connectionStatus,
      institution: { name: account.institutionName ?? account.bankName, uuid: account.institutionUuid },
      account: {
        nickname: account.accountNickname,
        type: accountTypeOf(account.accountType),
        display: lastDigits(account.accountNumberDisplay, account.accountNumber),
        numberType: account.accountNumberType,
      },
      canFetchBalance: account.canFetchBalance,
      expiresAt: expiryOf(account.connectionExpiry),
    },
    accountNumber: account.accountNumber,
    routingNumber: account.routingNumber,
    accountNumberType: account.accountNumberType,
    bankName: account.bankName ?? account.institutionName,
  }));

const statusWords: ReadonlyMap<string, ConnectionStatus> = new Map([
  ['connected', 'connected'],
  ['active', 'connected'],
  ['failure', 'reconnect_required'],
  ['failed', 'reconnect_required'],
  ['expired', 'reconnect_required'],
  ['expired_consent', 'reconnect_required'],
  ['revoked', 'revoked'],
  ['revoked_by_user', 'revoked'],
]);

/**
 * Folds upstream's words for a connection's health; a word we have not met is `unknown`, which is not healthy.
 * No word at all is healthy: older versions of the API have no such field, and refuse a broken connection with AC-104 instead.
 */
function connectionStatusOf(word: string | null): ConnectionStatus {
  return word === null ? 'connected' : (statusWords.get(upstreamWord(word)) ?? 'unknown');
}

function accountTypeOf(word: string | null): Connection['account']['type'] {
  const type = upstreamWord(word ?? '');
  return type === 'checking' || type === 'savings' ? type : 'unknown';
}

/** Four digits at most, from the display text, else from the number; a number that short is not shown, since that would be all of it. */
function lastDigits(display: string | null, accountNumber: string | null): string | null {
  const shown = (display ?? '').replaceAll(/\D/g, '').slice(-4);
  if (shown !== '') return shown;
  const digits = (accountNumber ?? '').replaceAll(/\D/g, '');
  return digits.length > 4 ? digits.slice(-4) : null;
}

/** A time we cannot read is left out: a connection is handed over only once, and must not be lost over the date of its renewal. */
function expiryOf(text: string | null): string | null {
  return text === null ? null : (readTime(text)?.toISOString() ?? null);
}
