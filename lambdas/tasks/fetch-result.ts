import * as z from 'zod';
import { jobRef } from '../domain/job.ts';
import { taskDependencies } from '../runtime/task-dependencies.ts';
import { task } from '../runtime/task.ts';
import { fetchResult, type FetchResult } from '../usecases/fetch-result.ts';

const input = jobRef.extend({ secondsLeft: z.number() });

/** State `FetchResult`: stores the data and completes the job. Nothing of the data leaves through the state. */
export const fetchResultTask = task('fetch-result', input, (deps: FetchResult, request) => fetchResult(deps, request));

export const handler = fetchResultTask(taskDependencies);
