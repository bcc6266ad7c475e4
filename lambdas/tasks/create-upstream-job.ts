import * as z from 'zod';
import { jobRef } from '../domain/job.ts';
import { taskDependencies } from '../runtime/task-dependencies.ts';
import { task } from '../runtime/task.ts';
import { createUpstreamJob, type CreateUpstreamJob } from '../usecases/create-upstream-job.ts';

const input = jobRef.extend({ attempt: z.number().int().min(1), secondsLeft: z.number(), turnSecondsLeft: z.number() });

/** State `CreateUpstreamJob`: answers `{waits}`, in seconds, and `unclear` where nobody knows whether upstream accepted. */
export const createUpstreamJobTask = task('create-upstream-job', input, (deps: CreateUpstreamJob, request, { awsRequestId }) => createUpstreamJob(deps, { ...request, holder: awsRequestId }));

export const handler = createUpstreamJobTask(taskDependencies);
