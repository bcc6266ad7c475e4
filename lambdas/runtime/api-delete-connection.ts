import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoConnectionRemovals } from '../adapters/dynamodb/connection-removals.ts';
import { DynamoJobProgress } from '../adapters/dynamodb/job-progress.ts';
import { DynamoResultRepository } from '../adapters/dynamodb/result-repository.ts';
import { SfnTaskTokens } from '../adapters/stepfunctions/sfn-task-tokens.ts';
import { apiBase } from './api-base.ts';
import { jobReadDependencies } from './api-job-reads.ts';
import { once } from './once.ts';

export const deleteConnectionDependencies = once(() => {
  const { env, db } = apiBase();
  return {
    ...jobReadDependencies(),
    progress: new DynamoJobProgress(env.JOBS_TABLE, db),
    results: new DynamoResultRepository(env.RESULTS_TABLE, db),
    removals: new DynamoConnectionRemovals({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE }, db),
    tokens: new SfnTaskTokens(new SFNClient()),
  };
});
