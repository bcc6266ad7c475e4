import { createUserContract } from '../contract/users.ts';
import { createUserDependencies } from '../runtime/api-users.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { createUser, type CreateUser } from '../usecases/create-user.ts';
import { shapeUser } from './shapes/shape-user.ts';

/** POST /v1/users: creates a person upstream, once, and stores them before it answers. */
export const createUserRoute = idempotentRoute(createUserContract, async (deps: CreateUser, { caller, body }) => {
  const { user, created } = await createUser(deps, { ...body, merchantId: caller.merchantId });
  return { status: created ? 201 : 200, body: shapeUser(user) };
});

export const handler = createUserRoute(createUserDependencies);
