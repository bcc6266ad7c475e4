import { DynamoIdempotencyRecords } from '../adapters/dynamodb/idempotency-records.ts';
import { apiBase } from './api-base.ts';
import type { Idempotency } from './idempotency.ts';
import { once } from './once.ts';

/** For routes that take `Idempotency-Key`. */
export const apiIdempotency = once((): Idempotency => {
  const { env, db, secrets } = apiBase();
  return { idempotency: new DynamoIdempotencyRecords(env.ACCESS_TABLE, db), secrets };
});
