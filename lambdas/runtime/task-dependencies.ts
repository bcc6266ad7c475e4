import { SFNClient } from '@aws-sdk/client-sfn';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AerosyncClient } from '../adapters/aerosync/aerosync-client.ts';
import { AerosyncJobs } from '../adapters/aerosync/aerosync-jobs.ts';
import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { documentClient } from '../adapters/dynamodb/document-client.ts';
import { DynamoJobProgress } from '../adapters/dynamodb/job-progress.ts';
import { DynamoJobRepository } from '../adapters/dynamodb/job-repository.ts';
import { DynamoResultRepository } from '../adapters/dynamodb/result-repository.ts';
import { DynamoWebhookTrust } from '../adapters/dynamodb/webhook-trust.ts';
import { SecretsManagerSecrets } from '../adapters/secrets/secrets-manager-secrets.ts';
import { SfnTaskTokens } from '../adapters/stepfunctions/sfn-task-tokens.ts';
import { taskEnv } from './env.ts';
import { once } from './once.ts';
import { systemClock } from './system-clock.ts';

/** What the tasks of the state machine work with, made once per process at the first call. */
export const taskDependencies = once(() => {
  const env = taskEnv.parse(process.env);
  const clock = systemClock;
  const db = documentClient();
  const secrets = new SecretsManagerSecrets(new SecretsManagerClient(), { prefix: env.MERCHANT_SECRETS_PREFIX, clock });
  const aerosync = new AerosyncClient({
    baseUrl: new URL(env.AEROSYNC_BASE_URL),
    credentials: (merchantId, refused) => secrets.upstreamCredentials(merchantId, refused),
    clock,
  });
  return {
    clock,
    jobs: new DynamoJobRepository({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE, access: env.ACCESS_TABLE }, db),
    progress: new DynamoJobProgress(env.JOBS_TABLE, db),
    connections: new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db),
    results: new DynamoResultRepository(env.RESULTS_TABLE, db),
    trust: new DynamoWebhookTrust(env.ACCESS_TABLE, db),
    tokens: new SfnTaskTokens(new SFNClient()),
    upstream: new AerosyncJobs(aerosync),
    resultDays: env.RESULT_DAYS,
  };
});
