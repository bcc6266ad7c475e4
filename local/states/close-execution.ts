import { amend } from './amend.ts';
import type { Run } from './engine.ts';
import { definedMembers } from './json.ts';
import { nextEvent } from './next-event.ts';
import type { Execution } from './records.ts';
import { statusChange } from './status-change.ts';

/** How an execution ends; `output` is JSON text. */
export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | { readonly status: 'FAILED' | 'ABORTED' | 'TIMED_OUT'; readonly error?: string | undefined; readonly cause?: string | undefined };

/** Ends a running execution, whatever it is doing; nothing happens to one that has ended already, or that the process let go of. */
export function closeExecution(run: Run, ending: Ending): void {
  const { engine, execution } = run;
  if (execution.status !== 'RUNNING' || run.abandoned === true) return;

  const at = engine.clock.now();
  amend(run, { event: lastEvent(execution, at, ending), execution: { ...ending, stoppedAt: at, visit: null } });

  run.cancelTimeout?.();
  engine.tokens.closeAll(execution.executionArn);
  run.inbox?.deliver({ kind: 'closed' });
  engine.outside.onStatusChange(statusChange(execution));
}

function lastEvent({ history }: Execution, at: number, ending: Ending) {
  if (ending.status === 'SUCCEEDED') return nextEvent(history, at, 'ExecutionSucceeded', { output: ending.output, outputDetails: { truncated: false } });
  const details = definedMembers({ error: ending.error, cause: ending.cause });
  if (ending.status === 'FAILED') return nextEvent(history, at, 'ExecutionFailed', details);
  // Recorded on AWS: an end from outside follows no event.
  return nextEvent(history, at, ending.status === 'ABORTED' ? 'ExecutionAborted' : 'ExecutionTimedOut', details, 0);
}
