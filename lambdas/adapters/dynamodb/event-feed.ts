import { GetCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { eventLifetimeMs } from '../../domain/event.ts';
import type { EventFeed, EventPage, NewEvent } from '../../ports.ts';
import { patient, pause, type Backoff } from './backoff.ts';
import { transact, type TransactItem } from './conditional.ts';
import { behindEvents, digestOf, eventKey, eventOf, eventRow, eventSort, feedEndKey, feedEndRow, feedPartition, placeOf, publishedKey, type EventRow } from './event-rows.ts';
import { ttlOf } from './expiry.ts';
import { parseRow } from './parse-row.ts';
import { RowsBusy } from './retry-conflicts.ts';

/** A transaction takes a hundred rows: two for each event, and the end of the feed. */
const eventsPerWrite = 49;
/** A stream hands a record on for a day at most, and an operator may do so a little later. */
const rememberedMs = 3 * 86_400_000;
/** Far longer than the rows of one transaction take to become readable one after the other. */
const settlingMs = 10_000;

interface Draft {
  readonly digest: string;
  readonly event: NewEvent;
}

/**
 * One transaction takes the next places, writes the events there and remembers their changes: so places have no gaps, none is taken late,
 * and a change has one event however often its record comes.
 */
export class DynamoEventFeed implements EventFeed {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;
  readonly #backoff: Backoff;

  constructor(table: string, db: DynamoDBDocumentClient, backoff: Backoff = patient) {
    this.#table = table;
    this.#db = db;
    this.#backoff = backoff;
  }

  async publish(merchantId: string, events: readonly NewEvent[], now: Date): Promise<void> {
    const drafts = new Map(events.map((event) => [digestOf(event.changeId), event]));
    const all = [...drafts].map(([digest, event]) => ({ digest, event }));
    for (let start = 0; start < all.length; start += eventsPerWrite) await this.#append(merchantId, all.slice(start, start + eventsPerWrite), now);
  }

  async #append(merchantId: string, drafts: readonly Draft[], now: Date): Promise<void> {
    let rest = drafts;
    for (let attempt = 1; rest.length > 0; attempt++) {
      const end = await this.#end(merchantId);
      const result = await transact(this.#db, [this.#moveEnd(merchantId, end, end + rest.length), ...rest.flatMap((draft, index) => this.#writes(merchantId, draft, end + index + 1, now))]);
      if (result.written) return;
      const [ofEnd, ...ofEvents] = result.refusals;
      rest = rest.filter((_draft, index) => ofEvents[index * 2] === undefined);
      if (ofEnd === undefined || rest.length === 0) continue;
      if (attempt >= this.#backoff.attempts) throw new RowsBusy();
      await pause(this.#backoff, attempt);
    }
  }

  async #end(merchantId: string): Promise<number> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: feedEndKey(merchantId), ConsistentRead: true }));
    return Item === undefined ? 0 : parseRow(this.#table, feedEndRow, Item).place;
  }

  #moveEnd(merchantId: string, from: number, to: number): TransactItem {
    return {
      Update: {
        TableName: this.#table,
        Key: feedEndKey(merchantId),
        UpdateExpression: 'SET place = :to',
        ConditionExpression: from === 0 ? 'attribute_not_exists(pk)' : 'place = :from',
        ExpressionAttributeValues: { ':to': to, ...(from > 0 && { ':from': from }) },
      },
    };
  }

  #writes(merchantId: string, { digest, event }: Draft, place: number, now: Date): TransactItem[] {
    const expiresAt = new Date(now.getTime() + eventLifetimeMs);
    const row: EventRow = { ...event.facts, place, digest, publishedAt: now.toISOString(), expiresAt: expiresAt.toISOString() };
    const remembered = { ...publishedKey(merchantId, digest), ttl: ttlOf(new Date(now.getTime() + rememberedMs)) };
    return [
      { Put: { TableName: this.#table, Item: remembered, ConditionExpression: 'attribute_not_exists(pk)' } },
      { Put: { TableName: this.#table, Item: { ...eventKey(merchantId, place), ...row, ttl: ttlOf(expiresAt) } } },
    ];
  }

  async read(merchantId: string, { after, limit }: Parameters<EventFeed['read']>[1], now: Date): Promise<EventPage | undefined> {
    const from = after === undefined ? 0 : placeOf(after);
    const rows = this.#rowsFrom(merchantId, from, limit + 2);
    const items: EventPage['items'] = [];
    let last = from;
    let isFirst = true;
    for await (const row of rows) {
      if (isFirst && after !== undefined) {
        isFirst = false;
        if (row.place === from) {
          if (eventOf(row).id !== after) return undefined;
          continue;
        }
        if (!(await this.#hasBeenAt(merchantId, from))) return undefined;
      }
      // A query may meet a transaction half done. Gaps among older events are those that expired.
      if (row.place !== last + 1 && now.getTime() - Date.parse(row.publishedAt) < settlingMs) break;
      last = row.place;
      if (Date.parse(row.expiresAt) <= now.getTime()) continue;
      if (items.length === limit) return { items, hasMore: true };
      items.push(eventOf(row));
    }
    if (isFirst && after !== undefined && !(await this.#hasBeenAt(merchantId, from))) return undefined;
    return { items, hasMore: false };
  }

  /** The event itself may have expired. */
  async #hasBeenAt(merchantId: string, place: number): Promise<boolean> {
    return place > 0 && place <= (await this.#end(merchantId));
  }

  async *#rowsFrom(merchantId: string, place: number, batch: number): AsyncIterable<EventRow> {
    let next: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#db.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :feed AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':feed': feedPartition(merchantId), ':from': eventSort(place), ':to': behindEvents },
          ConsistentRead: true,
          Limit: batch,
          ExclusiveStartKey: next,
        }),
      );
      for (const item of Items) yield parseRow(this.#table, eventRow, item);
      next = LastEvaluatedKey;
    } while (next !== undefined);
  }
}
