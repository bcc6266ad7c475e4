import { defaultLimit } from '../contract/fields.ts';
import { getNewestTransactionsContract } from '../contract/results.ts';
import { getNewestResultDependencies } from '../runtime/api-results.ts';
import { route } from '../runtime/http.ts';
import { nextCursor, type CursorKey } from '../runtime/paging.ts';
import { getNewestResult, type GetNewestResult } from '../usecases/get-newest-result.ts';
import { resultList } from './shapes/result-list.ts';
import { shapeResult } from './shapes/shape-result.ts';

/** GET /v1/connections/{connectionId}/transactions: the first page of the newest stored ones; the job's result has the rest. */
export const getNewestTransactionsRoute = route(getNewestTransactionsContract, async (deps: GetNewestResult & CursorKey, { caller, params, query }) => {
  const { merchantId } = caller;
  const result = await getNewestResult(deps, { merchantId, ...params, maxAgeSeconds: query.maxAgeSeconds, type: 'transactions', limit: query.limit ?? defaultLimit });
  const cursor = 'page' in result ? await nextCursor(deps, resultList({ merchantId, jobId: result.jobId }), result.page) : null;
  return { status: 200, body: shapeResult(result, cursor) };
});

export const handler = getNewestTransactionsRoute(getNewestResultDependencies);
