import { DynamoApiKeyRepository } from '../adapters/dynamodb/api-key-repository.ts';
import { documentClient } from '../adapters/dynamodb/document-client.ts';
import { authorizerEnv } from './env.ts';
import { once } from './once.ts';
import { systemClock } from './system-clock.ts';

/** What the authorizer works with, made once per process at the first call. */
export const authorizerDependencies = once(() => {
  const env = authorizerEnv.parse(process.env);
  return { apiKeys: new DynamoApiKeyRepository(env.ACCESS_TABLE, documentClient()), clock: systemClock, stage: env.STAGE };
});
