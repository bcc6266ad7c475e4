import { DynamoEventFeed } from '../adapters/dynamodb/event-feed.ts';
import { apiBase } from './api-base.ts';
import { once } from './once.ts';

/** For the route that reads the feed. */
export const eventReadDependencies = once(() => {
  const { env, db, clock } = apiBase();
  return { feed: new DynamoEventFeed(env.EVENTS_TABLE, db), clock };
});
