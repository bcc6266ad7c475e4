import { listJobsContract } from '../contract/jobs.ts';
import { jobReadDependencies } from '../runtime/api-job-reads.ts';
import { route } from '../runtime/http.ts';
import { readPageRequest, writePage, type CursorKey } from '../runtime/paging.ts';
import { listJobs, type ListJobs } from '../usecases/list-jobs.ts';
import { shapeJob } from './shapes/shape-job.ts';

/** GET /v1/jobs: all of a merchant's, newest first. */
export const listJobsRoute = route(listJobsContract, async (deps: ListJobs & CursorKey, { caller, query }) => {
  const { limit, cursor, ...filter } = query;
  const { merchantId } = caller;
  const list = { merchantId, route: listJobsContract.name, filter };
  const page = await listJobs(deps, { merchantId, filter, page: await readPageRequest(deps, list, { limit, cursor }) });
  return { status: 200, body: await writePage(deps, list, page, shapeJob) };
});

export const handler = listJobsRoute(jobReadDependencies);
