import { verifyUserContract } from '../contract/users.ts';
import { verifyUserDependencies } from '../runtime/api-users.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { verifyUser, type VerifyUser } from '../usecases/verify-user.ts';
import { shapeUser } from './shapes/shape-user.ts';

/** POST /v1/users/{userId}/verification: confirms the one-time code. */
export const verifyUserRoute = idempotentRoute(verifyUserContract, async (deps: VerifyUser, { caller, params, body }) => {
  const user = await verifyUser(deps, { merchantId: caller.merchantId, userId: params.userId, code: body.code });
  return { status: 200, body: shapeUser(user) };
});

export const handler = verifyUserRoute(verifyUserDependencies);
