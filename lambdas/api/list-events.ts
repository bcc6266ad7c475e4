import { listEventsContract } from '../contract/events.ts';
import { defaultLimit } from '../contract/fields.ts';
import { eventReadDependencies } from '../runtime/api-events.ts';
import { route } from '../runtime/http.ts';
import { listEvents, type ListEvents } from '../usecases/list-events.ts';

/** GET /v1/events: an event's id is the cursor, so that a caller can go on from whichever it has dealt with. */
export const listEventsRoute = route(listEventsContract, async (deps: ListEvents, { caller, query }) => {
  const { items, hasMore } = await listEvents(deps, { merchantId: caller.merchantId, after: query.after, limit: query.limit ?? defaultLimit });
  return { status: 200, body: { items, nextCursor: hasMore ? (items.at(-1)?.id ?? null) : null } };
});

export const handler = listEventsRoute(eventReadDependencies);
