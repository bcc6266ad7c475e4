import type { BankAccount } from '../domain/bank-account.ts';
import type { Connection } from '../domain/connection.ts';
import { connectionToLink, type LinkPayload } from '../domain/connection-to-link.ts';
import { AppError } from '../domain/errors.ts';
import type { Clock, ConnectionRepository, UpstreamBankAccounts } from '../ports.ts';
import type { ConfirmedUser } from './find-user.ts';
import { whileConfirmed, type WhileConfirmed } from './while-confirmed.ts';

export interface LinkBankAccount extends WhileConfirmed {
  readonly connections: Pick<ConnectionRepository, 'find' | 'mark'>;
  readonly bankAccounts: UpstreamBankAccounts;
  readonly clock: Clock;
}

/**
 * Links a bank account for payments at Aeropay. Upstream keeps no idempotency key for this and counts every link of an account (AP415), so one that is
 * linked already is found by reading first. The pair of an old SDK is passed on and stored nowhere. A connection whose bank asks for the person is marked.
 * @throws AppError NotFound for another user's connection, VerificationRequired, and what upstream refuses with
 */
export async function linkBankAccount(deps: LinkBankAccount, request: { merchantId: string; userId: string; payload: LinkPayload }): Promise<BankAccount> {
  const { payload } = request;
  return whileConfirmed(deps, request, async (user) => {
    const connectionId = connectionToLink(payload, user.aeroPassUserUuid);
    const connection = connectionId === undefined ? undefined : await deps.connections.find(user.merchantId, connectionId);
    const isMissing = 'connectionId' in payload && connection === undefined;
    // Also by an old SDK's pair: another person's connection is none of this one's.
    if (isMissing || (connection !== undefined && connection.userId !== user.id)) throw new AppError('NotFound', 'there is no such connection of this user: save it first');
    const linked = connectionId === undefined ? undefined : linkedAs(connectionId, connection, await deps.bankAccounts.list(user.merchantId, user));
    return linked ?? linkOrMark(deps, user, payload, connection);
  });
}

/** Lists of older APIs do not say which connection an account belongs to (aerosync-api.md §3.4, §3.5): then it is known by its looks, if by these alone. */
function linkedAs(connectionId: string, connection: Connection | undefined, accounts: readonly BankAccount[]): BankAccount | undefined {
  const named = accounts.find((account) => account.connectionId === connectionId);
  if (named !== undefined || connection === undefined) return named;
  const [alike, ...others] = accounts.filter((account) => account.connectionId === null && looksLike(account, connection));
  return alike === undefined || others.length > 0 ? undefined : { ...alike, connectionId };
}

function looksLike({ last4, bankName, type }: BankAccount, { account, institution }: Connection): boolean {
  return last4 !== null && last4 === account.display && bankName !== null && bankName.toLowerCase() === institution.name?.toLowerCase() && type === account.type;
}

async function linkOrMark(deps: LinkBankAccount, user: ConfirmedUser, payload: LinkPayload, connection: Connection | undefined): Promise<BankAccount> {
  const askedAt = deps.clock.now();
  try {
    return await deps.bankAccounts.link(user.merchantId, user, payload);
  } catch (error) {
    if (connection !== undefined && error instanceof AppError && error.code === 'UserActionRequired') {
      await deps.connections.mark(user.merchantId, connection.id, 'reconnect_required', askedAt);
    }
    throw error;
  }
}
