import { eventOfChange } from '../domain/event-of-change.ts';
import type { ChangeRecords, Clock, EventFeed, NewEvent } from '../ports.ts';

export interface PublishEvents {
  readonly changes: ChangeRecords;
  readonly feed: Pick<EventFeed, 'publish'>;
  readonly clock: Clock;
}

/** A record whose event, if it is one, is not published. `index` is its place in the batch. */
export interface Unpublished {
  readonly index: number;
  readonly error: unknown;
}

/**
 * Publishes what a batch of records is to merchants. One that cannot be read, or a merchant whose feed cannot be written, is in no other's way:
 * the rest is published, and since a feed has one event of each change, the whole batch may be sent again.
 */
export async function publishEvents(deps: PublishEvents, records: readonly unknown[]): Promise<Unpublished[]> {
  const unpublished: Unpublished[] = [];
  const news = new Map<string, { readonly index: number; readonly event: NewEvent }[]>();
  for (const [index, record] of records.entries()) {
    try {
      const { id, change } = deps.changes.read(record);
      const event = change && eventOfChange(change);
      if (event !== undefined) news.set(event.merchantId, [...(news.get(event.merchantId) ?? []), { index, event: { changeId: id, facts: event.facts } }]);
    } catch (error) {
      unpublished.push({ index, error });
    }
  }
  for (const [merchantId, ofMerchant] of news) {
    try {
      await deps.feed.publish(merchantId, ofMerchant.map(({ event }) => event), deps.clock.now());
    } catch (error) {
      unpublished.push(...ofMerchant.map(({ index }) => ({ index, error })));
    }
  }
  return unpublished.sort((a, b) => a.index - b.index);
}
