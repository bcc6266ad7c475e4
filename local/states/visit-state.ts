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
import { errorOutput, StatesError } from './states-error.ts';

/** Enters a state, works and retries until it is left, and says how. Throws the error that nothing caught. */
export async function visitState(run: Run, name: string, input: Json): Promise<StateExit> {
  const state = run.definition.States[name];
  if (state === undefined) throw new Error(`a definition without the state ${name} should have been refused`);
  const visit = enter(run, name, state, input);
  const exit = await attemptUntilLeft(run, visit, state);
  if (state.Type !== 'Fail') leaveState(run, visit, `${state.Type}StateExited`, exit);
  return exit;
}

function enter(run: Run, name: string, state: State, input: Json): Visit {
  const { history } = run.execution;
  // Recorded on AWS: the first state follows no event, not even ExecutionStarted.
  const previousEventId = history.length === 1 ? 0 : history.length;
  const details = { name, input: JSON.stringify(input), inputDetails: { truncated: false } };
  const event = recordEvent(run, `${state.Type}StateEntered`, details, previousEventId);
  const visit: Visit = { state: name, input, enteredAt: event.at, enteredEventId: event.id, previousEventId, retriesUsed: [] };
  run.execution.visit = visit;
  return visit;
}

async function attemptUntilLeft(run: Run, visit: Visit, state: State): Promise<StateExit> {
  for (;;) {
    try {
      return await attemptState(run, visit, state);
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      recordEvaluationFailure(run, visit, state, error);
      const delayMs = claimRetry(run, visit, state, error);
      if (delayMs === undefined) return caught(run, visit, state, error);
      await pause(run, delayMs);
    }
  }
}

/** Counts a retry against the first Retrier that takes the error; a Retrier that is used up hands over to Catch, not to the next one. */
function claimRetry(run: Run, visit: Visit, state: State, error: StatesError): number | undefined {
  if (state.Type !== 'Task' || error.details.terminal === true) return undefined;
  const retriers = state.Retry ?? [];
  const index = retriers.findIndex((candidate) => matchesError(candidate.ErrorEquals, error.details));
  const retrier = retriers[index];
  if (retrier === undefined) return undefined;
  const used = visit.retriesUsed[index] ?? 0;
  if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
  for (let other = visit.retriesUsed.length; other < index; other += 1) visit.retriesUsed[other] = 0;
  visit.retriesUsed[index] = used + 1;
  return retryDelayMs(retrier, used, run.engine.random);
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
    if (failure instanceof StatesError) recordEvaluationFailure(run, visit, state, failure);
    throw failure;
  }
}

/** Once per attempt, before Retry and Catch. Recorded on AWS: the event follows what stood before the state, except in a Wait. */
function recordEvaluationFailure(run: Run, visit: Visit, state: State, { details }: StatesError): void {
  if (details.location === undefined) return;
  const isFirst = run.execution.history.length === visit.enteredEventId;
  recordEvent(
    run,
    'EvaluationFailed',
    definedMembers({ state: visit.state, error: details.error, cause: details.cause, location: details.location }),
    isFirst && state.Type !== 'Wait' ? visit.previousEventId : undefined,
  );
}
