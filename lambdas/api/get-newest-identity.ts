import { getNewestIdentityContract } from '../contract/results.ts';
import { getNewestResultDependencies } from '../runtime/api-results.ts';
import { route } from '../runtime/http.ts';
import { getNewestResult, type GetNewestResult } from '../usecases/get-newest-result.ts';
import { shapeResult } from './shapes/shape-result.ts';

/** GET /v1/connections/{connectionId}/identity: the newest stored identity. */
export const getNewestIdentityRoute = route(getNewestIdentityContract, async (deps: GetNewestResult, { caller, params, query }) => {
  const result = await getNewestResult(deps, { merchantId: caller.merchantId, ...params, ...query, type: 'identity', limit: 1 });
  return { status: 200, body: shapeResult(result, null) };
});

export const handler = getNewestIdentityRoute(getNewestResultDependencies);
