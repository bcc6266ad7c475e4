import type { HistoryEvent, HistoryEventType } from './history-event.ts';
import type { JsonObject } from './json.ts';

/** The event that comes after a history. @param at milliseconds since the epoch */
export function nextEvent(history: readonly HistoryEvent[], at: number, type: HistoryEventType, details: JsonObject, previousEventId: number = history.length): HistoryEvent {
  return { id: history.length + 1, previousEventId, at, type, details };
}
