import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoJobProgress } from '../adapters/dynamodb/job-progress.ts';
import { SfnTaskTokens } from '../adapters/stepfunctions/sfn-task-tokens.ts';
import { apiBase } from './api-base.ts';
import { apiIdempotency } from './api-idempotency.ts';
import { jobReadDependencies } from './api-job-reads.ts';
import { once } from './once.ts';

/** For routes that change a job from outside its machine and end the wait it is in. */
export const endWaitsDependencies = once(() => {
  const { env, db } = apiBase();
  return {
    ...jobReadDependencies(),
    ...apiIdempotency(),
    progress: new DynamoJobProgress(env.JOBS_TABLE, db),
    tokens: new SfnTaskTokens(new SFNClient()),
  };
});
