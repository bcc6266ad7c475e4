import { cancelJobContract } from '../contract/jobs.ts';
import { endWaitsDependencies } from '../runtime/api-end-waits.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { cancelJob, type CancelJob } from '../usecases/cancel-job.ts';
import { shapeJob } from './shapes/shape-job.ts';

/** POST /v1/jobs/{jobId}/cancel: ends the job at once. */
export const cancelJobRoute = idempotentRoute(cancelJobContract, async (deps: CancelJob, { caller, params }) => {
  const job = await cancelJob(deps, { merchantId: caller.merchantId, jobId: params.jobId });
  return { status: 200, body: shapeJob(job) };
});

export const handler = cancelJobRoute(endWaitsDependencies);
