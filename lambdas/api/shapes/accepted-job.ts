import type { Reply } from '../../contract/route-contract.ts';
import type { Job } from '../../domain/job.ts';
import type { Caller } from '../../domain/merchant.ts';
import type { Answer } from '../../runtime/http-answer.ts';
import { startIfLost } from '../../usecases/ensure-started.ts';
import { findJob } from '../../usecases/find-job.ts';
import type { StartJob } from '../../usecases/start-job.ts';
import { jobUrl, shapeJob } from './shape-job.ts';

/** 202: the job is stored, and this is where to follow it. */
export function acceptedReply(job: Job): Reply {
  return { status: 202, headers: { location: jobUrl(job) }, body: shapeJob(job) };
}

/** 200: a job like it runs already. */
export function joinedReply(job: Job): Reply {
  return { status: 200, body: { ...shapeJob(job), joined: true } };
}

/** A repeat of the request gets the reply that was kept; the start of its job may have been lost after that. */
export async function startAgainIfLost(deps: StartJob, caller: Caller, answer: Answer): Promise<void> {
  const jobId = /^\/v1\/jobs\/([^/]+)$/.exec(answer.headers['location'] ?? '')?.[1];
  if (jobId !== undefined) await startIfLost(deps, await findJob(deps.jobs, { merchantId: caller.merchantId, jobId }));
}
