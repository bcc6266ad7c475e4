import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AerosyncAccounts } from '../adapters/aerosync/aerosync-accounts.ts';
import { AerosyncClient } from '../adapters/aerosync/aerosync-client.ts';
import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { documentClient } from '../adapters/dynamodb/document-client.ts';
import { SecretsManagerSecrets } from '../adapters/secrets/secrets-manager-secrets.ts';
import { connectionCheckEnv } from './env.ts';
import { MetricsCounters } from './metrics-counters.ts';
import { once } from './once.ts';
import { systemClock } from './system-clock.ts';
import { upstreamSettings } from './upstream-settings.ts';

/** What the daily look at expiring connections works with. */
export const checkExpiringDependencies = once(() => {
  const env = connectionCheckEnv.parse(process.env);
  const secrets = new SecretsManagerSecrets(new SecretsManagerClient(), { prefix: env.MERCHANT_SECRETS_PREFIX, clock: systemClock });
  return {
    clock: systemClock,
    connections: new DynamoConnectionRepository(env.CONNECTIONS_TABLE, documentClient()),
    accounts: new AerosyncAccounts(new AerosyncClient(upstreamSettings(env.AEROSYNC_BASE_URL, secrets))),
    counters: new MetricsCounters(env.STAGE),
  };
});
