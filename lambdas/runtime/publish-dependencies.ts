import { changeRecords } from '../adapters/dynamodb/change-records.ts';
import { documentClient } from '../adapters/dynamodb/document-client.ts';
import { DynamoEventFeed } from '../adapters/dynamodb/event-feed.ts';
import { publishEnv } from './env.ts';
import { createLog } from './logger.ts';
import { once } from './once.ts';
import { systemClock } from './system-clock.ts';

/** What the function that makes events of changes works with. */
export const publishDependencies = once(() => {
  const env = publishEnv.parse(process.env);
  return { changes: changeRecords, feed: new DynamoEventFeed(env.EVENTS_TABLE, documentClient()), clock: systemClock, log: createLog('publish') };
});
