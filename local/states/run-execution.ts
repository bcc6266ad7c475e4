import { closeExecution } from './close-execution.ts';
import type { Run } from './engine.ts';
import { ExecutionClosed } from './execution-closed.ts';
import { StatesError } from './states-error.ts';
import { visitState } from './visit-state.ts';

/**
 * Runs an execution to its end, from wherever its record says it is. Never throws for a reason of the state machine: an error that is not
 * the machine's own is a fault of the local cloud, and fails the execution with its message.
 */
export async function runExecution(run: Run): Promise<void> {
  const { engine, definition, execution } = run;
  engine.inFlight.begin();
  try {
    if (definition.TimeoutSeconds !== undefined) limitTime(run, definition.TimeoutSeconds);
    while (execution.status === 'RUNNING' && (execution.visit !== null || execution.onward.state !== undefined)) await visitState(run);
    closeExecution(run, { status: 'SUCCEEDED', output: JSON.stringify(execution.onward.input) });
  } catch (error) {
    if (error instanceof ExecutionClosed) return;
    if (error instanceof StatesError) closeExecution(run, { status: 'FAILED', error: error.details.error, cause: error.details.cause });
    else closeExecution(run, { status: 'FAILED', error: 'States.Runtime', cause: `the local Step Functions failed: ${faultMessage(error)}` });
  } finally {
    engine.inFlight.end();
  }
}

/** Counted from the start of the execution. When that was long ago, in an earlier process, the time is over at once. */
function limitTime(run: Run, seconds: number): void {
  const { engine, execution } = run;
  const timeOut = () => closeExecution(run, { status: 'TIMED_OUT' });
  const ms = execution.startedAt + seconds * 1000 - engine.clock.now();
  if (ms <= 0) timeOut();
  else run.cancelTimeout = engine.clock.setTimer(ms, timeOut);
}

function faultMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${faultMessage(error.cause)}`;
}
