import * as z from 'zod';
import { event, eventIdPattern } from '../domain/event.ts';
import { pageOf, paging } from './fields.ts';
import { defineRoute, noBody, nothing } from './route-contract.ts';

const after = z
  .string()
  .regex(eventIdPattern, { error: 'must be the id of an event of this list, or its nextCursor' })
  .meta({ description: 'Lists only what stands behind this event: the id of the last one that was dealt with, or a nextCursor', example: 'evt_0000000000012f6b1c0e9d4a77c35e08' });

export const listEventsContract = defineRoute({
  name: 'list-events',
  method: 'GET',
  path: '/v1/events',
  scope: 'events:read',
  tag: 'Events',
  summary: 'List what happened, oldest first',
  description:
    'Ask again and again with the id of the last event as `after`: new events always stand behind it, none is missing and none comes twice in the list. ' +
    'Deal with an event before going on from it, and expect to see it again when that failed halfway. An event carries ids only, and tells that something has changed: read the thing, ' +
    'which may have changed again since. Events of one thing stand in the order in which they happened; those of different things nearly so. Events are kept for 30 days.',
  params: nothing,
  query: z.strictObject({ after: after.optional(), limit: paging.limit }),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'One page; nextCursor is null when nothing stands behind it yet', schema: pageOf('EventPage', event.meta({ id: 'Event' })) } },
});
