import { createHmac } from 'node:crypto';
import { DynamoUserRepository } from '../adapters/dynamodb/user-repository.ts';
import { RandomIds } from '../adapters/ids/random-ids.ts';
import { apiAeropay } from './api-aeropay.ts';
import { apiBase } from './api-base.ts';
import { apiIdempotency } from './api-idempotency.ts';
import { once } from './once.ts';
import { systemSleep } from './system-clock.ts';

/** The users table finds people by external id and phone number under a hash that the deployment's key makes. */
export const apiUsers = once(() => {
  const { env, db, secrets } = apiBase();
  return new DynamoUserRepository(env.USERS_TABLE, db, async (text) => createHmac('sha256', await secrets.deploymentKey()).update(text).digest('hex'));
});

export const userReadDependencies = once(() => ({ users: apiUsers(), secrets: apiBase().secrets }));

const userWriteDependencies = once(() => ({ ...apiIdempotency(), users: apiUsers(), upstreamUsers: apiAeropay(), profiles: apiAeropay(), clock: apiBase().clock, sleep: systemSleep }));

export const createUserDependencies = once(() => ({ ...userWriteDependencies(), ids: new RandomIds() }));

export const verifyUserDependencies = userWriteDependencies;

export const refreshUserDependencies = once(() => ({ users: apiUsers(), profiles: apiAeropay() }));
