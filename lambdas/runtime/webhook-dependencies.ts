import { SFNClient } from '@aws-sdk/client-sfn';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readWebhook } from '../adapters/aerosync/read-webhook.ts';
import { isSignature, isSigned } from '../adapters/aerosync/verify-signature.ts';
import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { documentClient } from '../adapters/dynamodb/document-client.ts';
import { DynamoJobProgress } from '../adapters/dynamodb/job-progress.ts';
import { DynamoJobRepository } from '../adapters/dynamodb/job-repository.ts';
import { DynamoJobSignals } from '../adapters/dynamodb/job-signals.ts';
import { DynamoWebhookTrust } from '../adapters/dynamodb/webhook-trust.ts';
import { SecretsManagerSecrets } from '../adapters/secrets/secrets-manager-secrets.ts';
import { SfnTaskTokens } from '../adapters/stepfunctions/sfn-task-tokens.ts';
import { webhookEnv } from './env.ts';
import { MetricsCounters } from './metrics-counters.ts';
import { once } from './once.ts';
import { systemClock } from './system-clock.ts';

/** What the webhook works with. It faces the internet, so it holds no upstream credentials and no results. */
export const webhookDependencies = once(() => {
  const env = webhookEnv.parse(process.env);
  const db = documentClient();
  return {
    clock: systemClock,
    secrets: new SecretsManagerSecrets(new SecretsManagerClient(), { prefix: env.MERCHANT_SECRETS_PREFIX, clock: systemClock }),
    isSignature,
    isSigned,
    readWebhook,
    jobs: new DynamoJobRepository({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE, access: env.ACCESS_TABLE }, db),
    progress: new DynamoJobProgress(env.JOBS_TABLE, db),
    signals: new DynamoJobSignals(env.JOBS_TABLE, db),
    connections: new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db),
    trust: new DynamoWebhookTrust(env.ACCESS_TABLE, db),
    tokens: new SfnTaskTokens(new SFNClient()),
    counters: new MetricsCounters(env.STAGE),
  };
});
