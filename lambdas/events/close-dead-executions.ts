import * as z from 'zod';
import { jobRef } from '../domain/job.ts';
import { jsonOrUndefined } from '../domain/json-or-undefined.ts';
import { eventDependencies } from '../runtime/event-dependencies.ts';
import { task } from '../runtime/task.ts';
import { closeDeadExecution, type CloseDeadExecution } from '../usecases/close-dead-execution.ts';

/** EventBridge's "Step Functions Execution Status Change": the input is the JSON text of the job's ids. */
const statusChange = z.object({
  detail: z.object({
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    input: z.string().transform(jsonOrUndefined).pipe(jobRef),
  }),
});

/** Closes the row of a job whose execution ended badly without doing so itself. */
export const closeDeadExecutions = task('close-dead-executions', statusChange, async (deps: CloseDeadExecution, { detail }) => ({
  closed: await closeDeadExecution(deps, detail.input, detail.status === 'TIMED_OUT'),
}));

export const handler = closeDeadExecutions(eventDependencies);
