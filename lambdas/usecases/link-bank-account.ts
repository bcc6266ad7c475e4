import type { BankAccount } from '../domain/bank-account.ts';
import { AppError } from '../domain/errors.ts';
import type { ConnectionRepository, LinkPayload, UpstreamBankAccounts } from '../ports.ts';
import type { ConfirmedUser } from './find-user.ts';
import { whileConfirmed, type WhileConfirmed } from './while-confirmed.ts';

export interface LinkBankAccount extends WhileConfirmed {
  readonly connections: Pick<ConnectionRepository, 'find'>;
  readonly bankAccounts: UpstreamBankAccounts;
}

/**
 * Links a bank account for payments at Aeropay. Upstream keeps no idempotency key for this, so a connection that is linked already is found
 * by reading first; the pair of an old SDK is passed on and stored nowhere.
 * @throws AppError NotFound for another user's connection, VerificationRequired, and what upstream refuses with
 */
export async function linkBankAccount(deps: LinkBankAccount, request: { merchantId: string; userId: string; payload: LinkPayload }): Promise<BankAccount> {
  return whileConfirmed(deps, request, async (user) => {
    const linked = 'connectionId' in request.payload ? await linkedAlready(deps, user, request.payload.connectionId) : undefined;
    return linked ?? deps.bankAccounts.link(user.merchantId, user, request.payload);
  });
}

async function linkedAlready(deps: LinkBankAccount, user: ConfirmedUser, connectionId: string): Promise<BankAccount | undefined> {
  const connection = await deps.connections.find(user.merchantId, connectionId);
  if (connection?.userId !== user.id) throw new AppError('NotFound', 'there is no such connection of this user: save it first');
  const accounts = await deps.bankAccounts.list(user.merchantId, user);
  return accounts.find((account) => account.connectionId === connection.id);
}
