import { startJobContract } from '../contract/jobs.ts';
import type { Job } from '../domain/job.ts';
import { startJobDependencies } from '../runtime/api-start-job.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { ensureStarted } from '../usecases/ensure-started.ts';
import { findJob } from '../usecases/get-job.ts';
import { startJob, type StartJob } from '../usecases/start-job.ts';
import { jobUrl, shapeJob } from './shapes/shape-job.ts';

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
    if (joined) return { status: 200, body: { ...shapeJob(job), joined: true } };
    return { ...acceptedReply(job), kept: true };
  },
  async (deps, caller, answer) => {
    const jobId = /^\/v1\/jobs\/([^/]+)$/.exec(answer.headers['location'] ?? '')?.[1];
    if (jobId !== undefined) await ensureStarted(deps, await findJob(deps.jobs, { merchantId: caller.merchantId, jobId }));
  },
);

function acceptedReply(job: Job) {
  return { status: 202, headers: { location: jobUrl(job) }, body: shapeJob(job) };
}

export const handler = startJobRoute(startJobDependencies);
