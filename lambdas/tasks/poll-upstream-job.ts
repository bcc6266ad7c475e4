import * as z from 'zod';
import { jobRef } from '../domain/job.ts';
import { taskDependencies } from '../runtime/task-dependencies.ts';
import { task } from '../runtime/task.ts';
import { pollUpstreamJob, type PollUpstreamJob } from '../usecases/poll-upstream-job.ts';

const input = jobRef.extend({ poll: z.number().int().min(1), secondsLeft: z.number(), mfaSecondsLeft: z.number() });

/** State `PollUpstreamJob`: returns while upstream is not finished. */
export const pollUpstreamJobTask = task('poll-upstream-job', input, (deps: PollUpstreamJob, request) => pollUpstreamJob(deps, request));

export const handler = pollUpstreamJobTask(taskDependencies);
