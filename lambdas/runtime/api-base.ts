import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { documentClient } from '../adapters/dynamodb/document-client.ts';
import { SecretsManagerSecrets } from '../adapters/secrets/secrets-manager-secrets.ts';
import { apiEnv } from './env.ts';
import { once } from './once.ts';
import { systemClock } from './system-clock.ts';

/**
 * What all API functions share, made once per process at the first call. What each route adds stands in a file of its own beside this one,
 * so that a function's bundle carries no client that it does not use.
 */
export const apiBase = once(() => {
  const env = apiEnv.parse(process.env);
  const clock = systemClock;
  const secrets = new SecretsManagerSecrets(new SecretsManagerClient(), {
    prefix: env.MERCHANT_SECRETS_PREFIX,
    deploymentKeyArn: env.DEPLOYMENT_KEY_SECRET_ARN,
    clock,
  });
  return { env, clock, db: documentClient(), secrets };
});
