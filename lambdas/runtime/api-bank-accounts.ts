import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { apiAeropay } from './api-aeropay.ts';
import { apiBase } from './api-base.ts';
import { apiIdempotency } from './api-idempotency.ts';
import { apiUsers } from './api-users.ts';
import { once } from './once.ts';

export const bankAccountDependencies = once(() => {
  const { env, db, clock } = apiBase();
  const connections = new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db);
  return { ...apiIdempotency(), users: apiUsers(), profiles: apiAeropay(), connections, bankAccounts: apiAeropay(), clock };
});
