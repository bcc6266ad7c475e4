import { changeUserContract } from '../contract/users.ts';
import type { UserRepository } from '../ports.ts';
import { userReadDependencies } from '../runtime/api-users.ts';
import { route } from '../runtime/http.ts';
import { changeUser } from '../usecases/change-user.ts';
import { shapeUser } from './shapes/shape-user.ts';

/** PATCH /v1/users/{userId}. */
export const changeUserRoute = route(changeUserContract, async (deps: { readonly users: Pick<UserRepository, 'change'> }, { caller, params, body }) => {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  const user = await changeUser(deps, { merchantId: caller.merchantId, userId: params.userId, changes: given });
  return { status: 200, body: shapeUser(user) };
});

export const handler = changeUserRoute(userReadDependencies);
