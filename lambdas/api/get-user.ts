import { getUserContract } from '../contract/users.ts';
import { refreshUserDependencies } from '../runtime/api-users.ts';
import { route } from '../runtime/http.ts';
import { findUser } from '../usecases/find-user.ts';
import { refreshUser, type RefreshUser } from '../usecases/refresh-user.ts';
import { shapeUser } from './shapes/shape-user.ts';

/** GET /v1/users/{userId}. */
export const getUserRoute = route(getUserContract, async (deps: RefreshUser, { caller, params, query }) => {
  const { merchantId } = caller;
  const user = query.refresh === 'true' ? await refreshUser(deps, { merchantId, ...params }) : await findUser(deps.users, merchantId, params.userId);
  return { status: 200, body: shapeUser(user) };
});

export const handler = getUserRoute(refreshUserDependencies);
