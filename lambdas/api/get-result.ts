import { getResultContract } from '../contract/results.ts';
import { getResultDependencies } from '../runtime/api-results.ts';
import { route } from '../runtime/http.ts';
import { nextCursor, readPageRequest, type CursorKey } from '../runtime/paging.ts';
import { getResult, type GetResult } from '../usecases/get-result.ts';
import { resultList } from './shapes/result-list.ts';
import { shapeResult } from './shapes/shape-result.ts';

/** GET /v1/jobs/{jobId}/result: what a completed job brought; transactions page by page. */
export const getResultRoute = route(getResultContract, async (deps: GetResult & CursorKey, { caller, params, query }) => {
  const ref = { merchantId: caller.merchantId, jobId: params.jobId };
  const list = resultList(ref);
  const result = await getResult(deps, { ...ref, page: await readPageRequest(deps, list, query) });
  return { status: 200, body: shapeResult(result, 'page' in result ? await nextCursor(deps, list, result.page) : null) };
});

export const handler = getResultRoute(getResultDependencies);
