import { createHash } from 'node:crypto';
import * as z from 'zod';
import { eventFacts, type Event } from '../../domain/event.ts';
import type { RowKey } from './row-keys.ts';

/** Twelve hex digits, so that texts sort as places do. */
const placeDigits = 12;

/** A merchant's feed is one partition, because it has one order: its events by their place, 1 being the first ever, and its end. */
export function feedPartition(merchantId: string): string {
  return `${merchantId}#feed`;
}
/** Holds the place of the newest event. */
export function feedEndKey(merchantId: string): RowKey {
  return { pk: feedPartition(merchantId), sk: 'END' };
}
export const feedEndRow = z.object({ place: z.number().int() });

export function eventKey(merchantId: string, place: number): RowKey {
  return { pk: feedPartition(merchantId), sk: eventSort(place) };
}
export function eventSort(place: number): string {
  return `EVENT#${place.toString(16).padStart(placeDigits, '0')}`;
}
/** Above every event. */
export const behindEvents = 'EVENT#~';

export const eventRow = z.object({
  ...eventFacts.shape,
  place: z.number().int(),
  digest: z.string(),
  publishedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type EventRow = z.infer<typeof eventRow>;

/** Says that a change has its event. */
export function publishedKey(merchantId: string, digest: string): RowKey {
  return { pk: `${merchantId}#${digest}`, sk: 'PUBLISHED' };
}
/** 80 bits of a change's name. */
export function digestOf(changeId: string): string {
  return createHash('sha256').update(changeId).digest('hex').slice(0, 20);
}

export function eventOf({ type, at, userId, connectionId, jobId, place, digest }: EventRow): Event {
  const id = `evt_${place.toString(16).padStart(placeDigits, '0')}${digest}`;
  return { id, type, at, userId, ...(connectionId !== undefined && { connectionId }), ...(jobId !== undefined && { jobId }) };
}
/** @param id of the pattern in lambdas/domain/event.ts */
export function placeOf(id: string): number {
  return Number.parseInt(id.slice('evt_'.length, 'evt_'.length + placeDigits), 16);
}
