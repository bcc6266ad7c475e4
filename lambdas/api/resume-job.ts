import { resumeJobContract } from '../contract/jobs.ts';
import { endWaitsDependencies } from '../runtime/api-end-waits.ts';
import { idempotentRoute } from '../runtime/http.ts';
import { resumeJob, type ResumeJob } from '../usecases/resume-job.ts';
import { shapeJob } from './shapes/shape-job.ts';

/** POST /v1/jobs/{jobId}/resume: the person finished in the widget. */
export const resumeJobRoute = idempotentRoute(resumeJobContract, async (deps: ResumeJob, { caller, params }) => {
  const job = await resumeJob(deps, { merchantId: caller.merchantId, jobId: params.jobId });
  return { status: 202, body: shapeJob(job) };
});

export const handler = resumeJobRoute(endWaitsDependencies);
