import { closeExecution } from './close-execution.ts';
import type { Run } from './engine.ts';
import { parseJson } from './json.ts';
import { ExecutionClosed } from './record-event.ts';
import { StatesError } from './states-error.ts';
import { visitState } from './visit-state.ts';

/**
 * Runs an execution to its end. Never throws: an error that is not the state machine's own is a fault of the local cloud,
 * and fails the execution with its message.
 */
export async function runExecution(run: Run): Promise<void> {
  const { engine, definition, execution } = run;
  engine.inFlight.begin();
  if (definition.TimeoutSeconds !== undefined) {
    run.cancelTimeout = engine.clock.setTimer(definition.TimeoutSeconds * 1000, () => closeExecution(run, { status: 'TIMED_OUT' }));
  }
  try {
    let input = parseJson(execution.input);
    for (let name: string | undefined = definition.StartAt; name !== undefined; ) {
      const exit = await visitState(run, name, input);
      input = exit.output;
      name = exit.next;
    }
    closeExecution(run, { status: 'SUCCEEDED', output: JSON.stringify(input) });
  } catch (error) {
    if (error instanceof ExecutionClosed) return;
    if (error instanceof StatesError) closeExecution(run, { status: 'FAILED', error: error.details.error, cause: error.details.cause });
    else closeExecution(run, { status: 'FAILED', error: 'States.Runtime', cause: `the local Step Functions failed: ${faultMessage(error)}` });
  } finally {
    engine.inFlight.end();
  }
}

function faultMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${faultMessage(error.cause)}`;
}
