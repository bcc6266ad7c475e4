import type { BankAccount } from '../../domain/bank-account.ts';
import { AppError } from '../../domain/errors.ts';

/** Upstream may refuse a list that would be empty: AP400, no bank is linked (aerosync-api.md §5.2). */
export async function whereNoneIsLinked(accounts: Promise<BankAccount[]>): Promise<BankAccount[]> {
  try {
    return await accounts;
  } catch (error) {
    if (error instanceof AppError && error.details.upstreamCode === 'AP400') return [];
    throw error;
  }
}
