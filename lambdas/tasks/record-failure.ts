import * as z from 'zod';
import { jobRef } from '../domain/job.ts';
import { taskDependencies } from '../runtime/task-dependencies.ts';
import { task } from '../runtime/task.ts';
import { recordFailure, type RecordFailure } from '../usecases/record-failure.ts';

const input = jobRef.extend({ failure: z.string().min(1) });

/** State `RecordFailure`: answers the code that the job now carries. */
export const recordFailureTask = task('record-failure', input, (deps: RecordFailure, request) => recordFailure(deps, request));

export const handler = recordFailureTask(taskDependencies);
