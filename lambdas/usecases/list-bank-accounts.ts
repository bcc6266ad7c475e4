import type { BankAccount } from '../domain/bank-account.ts';
import type { UpstreamBankAccounts, UserRepository } from '../ports.ts';
import { whileConfirmed } from './while-confirmed.ts';

export interface ListBankAccounts {
  readonly users: Pick<UserRepository, 'find' | 'requireVerification'>;
  readonly bankAccounts: Pick<UpstreamBankAccounts, 'list'>;
}

/**
 * Reads the accounts that a person has linked for payments, live from Aeropay.
 * @throws AppError NotFound, VerificationRequired
 */
export async function listBankAccounts(deps: ListBankAccounts, request: { merchantId: string; userId: string }): Promise<BankAccount[]> {
  return whileConfirmed(deps.users, request, (user) => deps.bankAccounts.list(user.merchantId, user));
}
