import { amend } from './amend.ts';
import { attemptState } from './attempt-state.ts';
import type { State } from './definition-schema.ts';
import type { Run } from './engine.ts';
import { fieldEvaluator } from './evaluate-field.ts';
import { definedMembers, type Json } from './json.ts';
import { matchesError } from './matches-error.ts';
import { pause } from './pause.ts';
import { recordEvent } from './record-event.ts';
import type { Visit } from './records.ts';
import { retryDelayMs } from './retry-delay.ts';
import { leaveState, prepareExit, type StateExit } from './state-exit.ts';
import { errorOutput, StatesError, type StatesErrorDetails } from './states-error.ts';

/** Enters the next state, or goes on with the one that is being visited, and works and retries until it is left. Throws the error that nothing caught. */
export async function visitState(run: Run): Promise<void> {
  const { onward, visit: begun } = run.execution;
  const name = begun?.state ?? onward.state ?? '';
  const state = run.definition.States[name];
  if (state === undefined) throw new Error(`a definition without the state ${name} should have been refused`);
  const visit = begun ?? enter(run, name, state, onward.input);
  const exit = await attemptUntilLeft(run, visit, state);
  if (state.Type !== 'Fail') leaveState(run, visit, `${state.Type}StateExited`, exit);
}

function enter(run: Run, name: string, state: State, input: Json): Visit {
  const { history } = run.execution;
  // Recorded on AWS: the first state follows no event, not even ExecutionStarted.
  const previousEventId = history.length === 1 ? 0 : history.length;
  const details = { name, input: JSON.stringify(input), inputDetails: { truncated: false } };
  const visit: Visit = { state: name, input, enteredAt: run.engine.clock.now(), enteredEventId: history.length + 1, previousEventId, retriesUsed: [], progress: { kind: 'attempting' } };
  recordEvent(run, `${state.Type}StateEntered`, details, { previousEventId, along: { execution: { visit } } });
  return visit;
}

async function attemptUntilLeft(run: Run, visit: Visit, state: State): Promise<StateExit> {
  for (;;) {
    if (visit.progress.kind === 'retrying') await pause(run, visit.progress.until);
    try {
      return await attemptState(run, visit, state);
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      if (!isRecorded(visit)) recordEvaluationFailure(run, visit, state, error.details);
      if (!claimRetry(run, visit, state, error)) return caught(run, visit, state, error);
    }
  }
}

/** Whether the failure stands in the history already: a task's own, or one from before a restart. */
function isRecorded({ progress }: Visit): boolean {
  return progress.kind === 'failed';
}

/** Counts a retry against the first Retrier that takes the error; a Retrier that is used up hands over to Catch, not to the next one. */
function claimRetry(run: Run, visit: Visit, state: State, error: StatesError): boolean {
  if (state.Type !== 'Task' || error.details.terminal === true) return false;
  const retriers = state.Retry ?? [];
  const index = retriers.findIndex((candidate) => matchesError(candidate.ErrorEquals, error.details));
  const retrier = retriers[index];
  if (retrier === undefined) return false;
  const used = visit.retriesUsed[index] ?? 0;
  if (used >= (retrier.MaxAttempts ?? 3)) return false;
  const retriesUsed = retriers.map((_, other) => (visit.retriesUsed[other] ?? 0) + (other === index ? 1 : 0));
  amend(run, { visit: { retriesUsed, progress: { kind: 'retrying', until: run.engine.clock.now() + retryDelayMs(retrier, used, run.engine.random) } } });
  return true;
}

/** Leaves by the first Catcher that takes the error; of Assign and Output, only the Catcher's own count. */
async function caught(run: Run, visit: Visit, state: State, error: StatesError): Promise<StateExit> {
  const catchers = state.Type === 'Task' && error.details.terminal !== true ? (state.Catch ?? []) : [];
  const index = catchers.findIndex((candidate) => matchesError(candidate.ErrorEquals, error.details));
  const catcher = catchers[index];
  if (catcher === undefined) throw error;
  const output = errorOutput(error);
  try {
    return await prepareExit(visit, catcher, {
      prefix: `Catch[${index}]/`,
      evaluate: fieldEvaluator(run, visit, { errorOutput: output }),
      fallback: output,
      next: catcher.Next,
    });
  } catch (failure) {
    // Whether AWS would ask the Catchers again is not documented; here a Catcher that fails ends the execution.
    if (failure instanceof StatesError) recordEvaluationFailure(run, visit, state, { ...failure.details, terminal: true });
    throw failure;
  }
}

/** Once per attempt, before Retry and Catch. Recorded on AWS: the event follows what stood before the state, except in a Wait. */
function recordEvaluationFailure(run: Run, visit: Visit, state: State, error: StatesErrorDetails): void {
  if (error.location === undefined) return;
  const isFirst = run.execution.history.length === visit.enteredEventId;
  recordEvent(run, 'EvaluationFailed', definedMembers({ state: visit.state, error: error.error, cause: error.cause, location: error.location }), {
    previousEventId: isFirst && state.Type !== 'Wait' ? visit.previousEventId : undefined,
    along: { visit: { progress: { kind: 'failed', error } } },
  });
}
