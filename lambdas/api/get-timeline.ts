import { getTimelineContract } from '../contract/jobs.ts';
import { jobReadDependencies } from '../runtime/api-job-reads.ts';
import { route } from '../runtime/http.ts';
import type { JobRepository } from '../ports.ts';
import { findJob } from '../usecases/find-job.ts';
import { shapeTimeline } from './shapes/shape-timeline.ts';

/** GET /v1/jobs/{jobId}/timeline: what happened, in plain words, oldest first. */
export const getTimelineRoute = route(getTimelineContract, async (deps: { readonly jobs: JobRepository }, { caller, params }) => {
  const job = await findJob(deps.jobs, { merchantId: caller.merchantId, jobId: params.jobId });
  return { status: 200, body: { items: shapeTimeline(job) } };
});

export const handler = getTimelineRoute(jobReadDependencies);
