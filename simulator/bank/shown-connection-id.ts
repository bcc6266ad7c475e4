import type { Contradictions } from '../contradictions/contradictions.ts';
import { dashed } from '../identifiers.ts';

/** A connection id as Aerosync, its webhooks and the widget write it: 32 hex digits, or on side B of contradiction 29 a dashed UUID. */
export function shownConnectionId(contradictions: Contradictions, id: string): string {
  return contradictions.side(29) === 'B' ? dashed(id) : id;
}
