import type { BankAccount } from '../domain/bank-account.ts';
import type { UpstreamBankAccounts } from '../ports.ts';
import { whileConfirmed, type WhileConfirmed } from './while-confirmed.ts';

export interface ListBankAccounts extends WhileConfirmed {
  readonly bankAccounts: Pick<UpstreamBankAccounts, 'list'>;
}

/**
 * Reads the accounts that a person has linked for payments, live from Aeropay.
 * @throws AppError NotFound, VerificationRequired
 */
export async function listBankAccounts(deps: ListBankAccounts, request: { merchantId: string; userId: string }): Promise<BankAccount[]> {
  return whileConfirmed(deps, request, (user) => deps.bankAccounts.list(user.merchantId, user));
}
