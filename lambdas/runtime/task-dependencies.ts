import { SFNClient } from '@aws-sdk/client-sfn';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AerosyncClient } from '../adapters/aerosync/aerosync-client.ts';
import { AerosyncJobs } from '../adapters/aerosync/aerosync-jobs.ts';
import { CachedMerchantSettings } from '../adapters/dynamodb/cached-merchant-settings.ts';
import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { documentClient } from '../adapters/dynamodb/document-client.ts';
import { DynamoJobCompletion } from '../adapters/dynamodb/job-completion.ts';
import { DynamoJobProgress } from '../adapters/dynamodb/job-progress.ts';
import { DynamoJobRepository } from '../adapters/dynamodb/job-repository.ts';
import { DynamoMerchantRepository } from '../adapters/dynamodb/merchant-repository.ts';
import { DynamoResultRepository } from '../adapters/dynamodb/result-repository.ts';
import { DynamoUpstreamOrphans } from '../adapters/dynamodb/upstream-orphans.ts';
import { DynamoWebhookTrust } from '../adapters/dynamodb/webhook-trust.ts';
import { SecretsManagerSecrets } from '../adapters/secrets/secrets-manager-secrets.ts';
import { SfnTaskTokens } from '../adapters/stepfunctions/sfn-task-tokens.ts';
import { taskEnv } from './env.ts';
import { once } from './once.ts';
import { systemClock, systemSleep } from './system-clock.ts';
import { upstreamSettings } from './upstream-settings.ts';

/** What the tasks of the state machine work with, made once per process at the first call. */
export const taskDependencies = once(() => {
  const env = taskEnv.parse(process.env);
  const clock = systemClock;
  const db = documentClient();
  const secrets = new SecretsManagerSecrets(new SecretsManagerClient(), { prefix: env.MERCHANT_SECRETS_PREFIX, clock });
  const merchantSettings = new CachedMerchantSettings(new DynamoMerchantRepository(env.ACCESS_TABLE, db), clock);
  return {
    clock,
    sleep: systemSleep,
    jobs: new DynamoJobRepository({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE, access: env.ACCESS_TABLE }, db),
    progress: new DynamoJobProgress(env.JOBS_TABLE, db),
    completion: new DynamoJobCompletion({ jobs: env.JOBS_TABLE, results: env.RESULTS_TABLE }, db),
    orphans: new DynamoUpstreamOrphans(env.JOBS_TABLE, db),
    connections: new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db),
    results: new DynamoResultRepository(env.RESULTS_TABLE, db),
    trust: new DynamoWebhookTrust(env.ACCESS_TABLE, db),
    tokens: new SfnTaskTokens(new SFNClient()),
    upstream: new AerosyncJobs(new AerosyncClient(upstreamSettings(env.AEROSYNC_BASE_URL, secrets)), merchantSettings),
    resultDays: env.RESULT_DAYS,
  };
});
