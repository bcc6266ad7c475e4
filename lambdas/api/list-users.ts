import { listUsersContract } from '../contract/users.ts';
import { userReadDependencies } from '../runtime/api-users.ts';
import { route } from '../runtime/http.ts';
import { readPageRequest, writePage, type CursorKey } from '../runtime/paging.ts';
import { listUsers, type ListUsers } from '../usecases/list-users.ts';
import { shapeUser } from './shapes/shape-user.ts';

/** GET /v1/users: newest first, or the one with an external id. */
export const listUsersRoute = route(listUsersContract, async (deps: ListUsers & CursorKey, { caller, query }) => {
  const { externalId } = query;
  const list = { merchantId: caller.merchantId, route: listUsersContract.name, filter: { externalId } };
  const page = await listUsers(deps, { merchantId: caller.merchantId, externalId, page: await readPageRequest(deps, list, query) });
  return { status: 200, body: await writePage(deps, list, page, shapeUser) };
});

export const handler = listUsersRoute(userReadDependencies);
