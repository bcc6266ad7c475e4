import { listConnectionJobsContract } from '../contract/jobs.ts';
import { jobReadDependencies } from '../runtime/api-job-reads.ts';
import { route } from '../runtime/http.ts';
import { readPageRequest, writePage, type CursorKey } from '../runtime/paging.ts';
import { listJobs, type ListJobs } from '../usecases/list-jobs.ts';
import { shapeJob } from './shapes/shape-job.ts';

/** GET /v1/connections/{connectionId}/jobs: one connection's, newest first. */
export const listConnectionJobsRoute = route(listConnectionJobsContract, async (deps: ListJobs & CursorKey, { caller, params, query }) => {
  const { limit, cursor, ...rest } = query;
  const { merchantId } = caller;
  const filter = { ...rest, connectionId: params.connectionId };
  const list = { merchantId, route: listConnectionJobsContract.name, filter };
  const page = await listJobs(deps, { merchantId, filter, page: await readPageRequest(deps, list, { limit, cursor }) });
  return { status: 200, body: await writePage(deps, list, page, shapeJob) };
});

export const handler = listConnectionJobsRoute(jobReadDependencies);
