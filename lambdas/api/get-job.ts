import { getJobContract } from '../contract/jobs.ts';
import { getJobDependencies } from '../runtime/api-get-job.ts';
import { route } from '../runtime/http.ts';
import { getJob, type GetJob } from '../usecases/get-job.ts';
import { shapeJob } from './shapes/shape-job.ts';

/** GET /v1/jobs/{jobId}: at once, or as soon as the job ends or asks for MFA. */
export const getJobRoute = route(getJobContract, async (deps: GetJob, { caller, params, query }) => {
  const { job, retryAfterSeconds } = await getJob(deps, { merchantId: caller.merchantId, jobId: params.jobId, waitSeconds: query.waitSeconds });
  return { status: 200, body: shapeJob(job), ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }) };
});

export const handler = getJobRoute(getJobDependencies);
