import type { Run } from './engine.ts';
import { definedMembers } from './json.ts';
import { appendEvent } from './record-event.ts';
import { statusChange } from './status-change.ts';

/** How an execution ends; `output` is JSON text. */
export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | { readonly status: 'FAILED' | 'ABORTED' | 'TIMED_OUT'; readonly error?: string | undefined; readonly cause?: string | undefined };

/** Ends a running execution, whatever it is doing; nothing happens to one that has ended already. */
export function closeExecution(run: Run, ending: Ending): void {
  const { engine, execution } = run;
  if (execution.status !== 'RUNNING') return;

  const at = engine.clock.now();
  execution.status = ending.status;
  execution.stoppedAt = at;
  delete execution.visit;
  if (ending.status === 'SUCCEEDED') {
    execution.output = ending.output;
    appendEvent(execution, at, 'ExecutionSucceeded', { output: ending.output, outputDetails: { truncated: false } });
  } else {
    if (ending.error !== undefined) execution.error = ending.error;
    if (ending.cause !== undefined) execution.cause = ending.cause;
    const details = definedMembers({ error: ending.error, cause: ending.cause });
    if (ending.status === 'FAILED') appendEvent(execution, at, 'ExecutionFailed', details);
    // Recorded on AWS: an end from outside follows no event.
    else appendEvent(execution, at, ending.status === 'ABORTED' ? 'ExecutionAborted' : 'ExecutionTimedOut', details, 0);
  }

  run.cancelTimeout?.();
  engine.tokens.closeAll(execution.executionArn);
  run.inbox?.deliver({ kind: 'closed' });
  engine.outside.onStatusChange(statusChange(execution));
}
