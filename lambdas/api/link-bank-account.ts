import { linkBankAccountContract } from '../contract/bank-accounts.ts';
import { bankAccountDependencies } from '../runtime/api-bank-accounts.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { linkBankAccount, type LinkBankAccount } from '../usecases/link-bank-account.ts';

/** POST /v1/users/{userId}/bank-accounts. */
export const linkBankAccountRoute = idempotentRoute(linkBankAccountContract, async (deps: LinkBankAccount, { caller, params, body }) => {
  const account = await linkBankAccount(deps, { merchantId: caller.merchantId, userId: params.userId, payload: body });
  return { status: 201, body: account };
});

export const handler = linkBankAccountRoute(bankAccountDependencies);
