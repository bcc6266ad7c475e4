import { jobRef } from '../domain/job.ts';
import { taskDependencies } from '../runtime/task-dependencies.ts';
import { task } from '../runtime/task.ts';
import { fetchResult, type FetchResult } from '../usecases/fetch-result.ts';

/** State `FetchResult`: stores the data and completes the job. Nothing of the data leaves through the state. */
export const fetchResultTask = task('fetch-result', jobRef, (deps: FetchResult, ref) => fetchResult(deps, ref));

export const handler = fetchResultTask(taskDependencies);
