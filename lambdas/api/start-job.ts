import { startJobContract } from '../contract/jobs.ts';
import { startJobDependencies } from '../runtime/api-start-job.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { startJob, type StartJob } from '../usecases/start-job.ts';
import { acceptedReply, joinedReply, startAgainIfLost } from './shapes/accepted-job.ts';

/** POST /v1/connections/{connectionId}/jobs: accepts the job before any upstream call that could take long. */
export const startJobRoute = idempotentRoute(
  startJobContract,
  async (deps: StartJob, { caller, params, body, idempotency }) => {
    const { job, joined } = await startJob(deps, {
      ...body,
      merchantId: caller.merchantId,
      connectionId: params.connectionId,
      kept: idempotency && ((accepted) => idempotency.kept(acceptedReply(accepted))),
    });
    return joined ? joinedReply(job) : { ...acceptedReply(job), kept: true };
  },
  startAgainIfLost,
);

export const handler = startJobRoute(startJobDependencies);
