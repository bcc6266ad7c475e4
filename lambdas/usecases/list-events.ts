import { AppError } from '../domain/errors.ts';
import type { Clock, EventFeed, EventPage } from '../ports.ts';

export interface ListEvents {
  readonly feed: Pick<EventFeed, 'read'>;
  readonly clock: Clock;
}

/**
 * Lists what happened at a merchant, oldest first: from the oldest that is kept, or behind an event.
 * @throws AppError InvalidRequest when the merchant never had the event to go on from
 */
export async function listEvents(deps: ListEvents, request: { merchantId: string; after?: string | undefined; limit: number }): Promise<EventPage> {
  const page = await deps.feed.read(request.merchantId, request, deps.clock.now());
  if (page !== undefined) return page;
  throw new AppError('InvalidRequest', 'there was no such event: go on from one that was listed, or start again without `after`', { errors: [{ path: 'after', message: 'must be the id of an event of this list, or its nextCursor' }] });
}
