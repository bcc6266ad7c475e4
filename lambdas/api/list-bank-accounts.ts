import { listBankAccountsContract } from '../contract/bank-accounts.ts';
import { bankAccountDependencies } from '../runtime/api-bank-accounts.ts';
import { route } from '../runtime/http.ts';
import { listBankAccounts, type ListBankAccounts } from '../usecases/list-bank-accounts.ts';

/** GET /v1/users/{userId}/bank-accounts. */
export const listBankAccountsRoute = route(listBankAccountsContract, async (deps: ListBankAccounts, { caller, params }) => {
  const items = await listBankAccounts(deps, { merchantId: caller.merchantId, userId: params.userId });
  return { status: 200, body: { items } };
});

export const handler = listBankAccountsRoute(bankAccountDependencies);
