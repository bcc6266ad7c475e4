import { amend } from './amend.ts';
import type { Run } from './engine.ts';
import { ExecutionClosed } from './execution-closed.ts';
import type { HistoryEvent, HistoryEventType } from './history-event.ts';
import type { JsonObject } from './json.ts';
import { nextEvent } from './next-event.ts';
import type { Change } from './records.ts';
import { StatesError } from './states-error.ts';

/** AWS's hard quota. The last event must be the one that ends the execution. */
export const historyLimit = 25_000;

export interface EventOptions {
  /** The event before this one; the last one unless told otherwise. */
  readonly previousEventId?: number | undefined;
  /** What else changes in the same step. */
  readonly along?: Omit<Change, 'event'>;
}

/** Appends an event of a running execution. */
export function recordEvent(run: Run, type: HistoryEventType, details: JsonObject = {}, { previousEventId, along = {} }: EventOptions = {}): HistoryEvent {
  const { execution, engine } = run;
  if (execution.status !== 'RUNNING' || run.abandoned === true) throw new ExecutionClosed();
  if (execution.history.length >= historyLimit - 1) {
    throw new StatesError({ error: 'States.Runtime', cause: `The execution reached the maximum number of history events (${historyLimit}).`, terminal: true });
  }
  const event = nextEvent(execution.history, engine.clock.now(), type, details, previousEventId);
  amend(run, { event, ...along });
  return event;
}
