import { resendCodeContract } from '../contract/users.ts';
import { verifyUserDependencies } from '../runtime/api-users.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { resendCode, type ResendCode } from '../usecases/resend-code.ts';
import { shapeUser } from './shapes/shape-user.ts';

/** POST /v1/users/{userId}/verification/resend. */
export const resendCodeRoute = idempotentRoute(resendCodeContract, async (deps: ResendCode, { caller, params }) => {
  const user = await resendCode(deps, { merchantId: caller.merchantId, userId: params.userId });
  return { status: 202, body: shapeUser(user) };
});

export const handler = resendCodeRoute(verifyUserDependencies);
