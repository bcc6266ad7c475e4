import { getUserContract } from '../contract/users.ts';
import type { UserRepository } from '../ports.ts';
import { userReadDependencies } from '../runtime/api-users.ts';
import { route } from '../runtime/http.ts';
import { findUser } from '../usecases/find-user.ts';
import { shapeUser } from './shapes/shape-user.ts';

/** GET /v1/users/{userId}. */
export const getUserRoute = route(getUserContract, async (deps: { readonly users: Pick<UserRepository, 'find'> }, { caller, params }) => {
  const user = await findUser(deps.users, caller.merchantId, params.userId);
  return { status: 200, body: shapeUser(user) };
});

export const handler = getUserRoute(userReadDependencies);
