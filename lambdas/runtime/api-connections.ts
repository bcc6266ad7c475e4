import { AerosyncAccounts } from '../adapters/aerosync/aerosync-accounts.ts';
import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { apiAeropay } from './api-aeropay.ts';
import { apiAerosync } from './api-aerosync.ts';
import { apiBase } from './api-base.ts';
import { apiIdempotency } from './api-idempotency.ts';
import { apiUsers } from './api-users.ts';
import { once } from './once.ts';

const connections = once(() => {
  const { env, db } = apiBase();
  return new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db);
});

export const connectionReadDependencies = once(() => ({ connections: connections(), users: apiUsers(), secrets: apiBase().secrets }));

export const connectionUpstreamDependencies = once(() => ({ connections: connections(), accounts: new AerosyncAccounts(apiAerosync()), clock: apiBase().clock }));

export const checkConnectionDependencies = once(() => ({ ...apiIdempotency(), ...connectionUpstreamDependencies() }));

export const saveConnectionsDependencies = once(() => ({ ...apiIdempotency(), ...connectionUpstreamDependencies(), users: apiUsers(), profiles: apiAeropay() }));
