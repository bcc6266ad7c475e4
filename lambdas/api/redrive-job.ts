import { redriveJobContract } from '../contract/jobs.ts';
import { startJobDependencies } from '../runtime/api-start-job.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { redriveJob } from '../usecases/redrive-job.ts';
import type { StartJob } from '../usecases/start-job.ts';
import { acceptedReply, joinedReply, startAgainIfLost } from './shapes/accepted-job.ts';

/** POST /v1/jobs/{jobId}/redrive: a new job in place of one that failed or expired. */
export const redriveJobRoute = idempotentRoute(
  redriveJobContract,
  async (deps: StartJob, { caller, params, idempotency }) => {
    const { job, joined } = await redriveJob(deps, {
      merchantId: caller.merchantId,
      jobId: params.jobId,
      kept: idempotency && ((accepted) => idempotency.kept(acceptedReply(accepted))),
    });
    return joined ? joinedReply(job) : { ...acceptedReply(job), kept: true };
  },
  startAgainIfLost,
);

export const handler = redriveJobRoute(startJobDependencies);
