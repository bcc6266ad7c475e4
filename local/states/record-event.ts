import type { Run } from './engine.ts';
import type { HistoryEvent, HistoryEventType } from './history-event.ts';
import type { JsonObject } from './json.ts';
import type { Execution } from './records.ts';
import { StatesError } from './states-error.ts';

/** AWS's hard quota. The last event must be the one that ends the execution. */
export const historyLimit = 25_000;

/** Thrown into whatever an execution is doing when it has ended from outside (stopped, or out of time) or the process lets go of it. */
export class ExecutionClosed extends Error {
  override name = 'ExecutionClosed';
}

/** Appends an event of a running execution. The event before it is the last one, unless told otherwise. */
export function recordEvent(run: Run, type: HistoryEventType, details: JsonObject = {}, previousEventId?: number): HistoryEvent {
  const { execution } = run;
  if (execution.status !== 'RUNNING' || run.abandoned === true) throw new ExecutionClosed();
  if (execution.history.length >= historyLimit - 1) {
    throw new StatesError({ error: 'States.Runtime', cause: `The execution reached the maximum number of history events (${historyLimit}).`, terminal: true });
  }
  return appendEvent(execution, run.engine.clock.now(), type, details, previousEventId);
}

/** Appends without asking. @param at milliseconds since the epoch */
export function appendEvent(
  execution: Execution,
  at: number,
  type: HistoryEventType,
  details: JsonObject,
  previousEventId: number = execution.history.length,
): HistoryEvent {
  const event: HistoryEvent = { id: execution.history.length + 1, previousEventId, at, type, details };
  execution.history.push(event);
  return event;
}
