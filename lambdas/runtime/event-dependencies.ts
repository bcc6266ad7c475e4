import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoConnectionRemovals } from '../adapters/dynamodb/connection-removals.ts';
import { documentClient } from '../adapters/dynamodb/document-client.ts';
import { DynamoJobProgress } from '../adapters/dynamodb/job-progress.ts';
import { DynamoJobRepository } from '../adapters/dynamodb/job-repository.ts';
import { DynamoResultRepository } from '../adapters/dynamodb/result-repository.ts';
import { SfnExecutions } from '../adapters/stepfunctions/sfn-executions.ts';
import { SfnTaskTokens } from '../adapters/stepfunctions/sfn-task-tokens.ts';
import { eventEnv } from './env.ts';
import { MetricsCounters } from './metrics-counters.ts';
import { once } from './once.ts';
import { systemClock } from './system-clock.ts';

/** What the functions that AWS events call work with. */
export const eventDependencies = once(() => {
  const env = eventEnv.parse(process.env);
  const db = documentClient();
  const stepFunctions = new SFNClient();
  return {
    clock: systemClock,
    jobs: new DynamoJobRepository({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE, access: env.ACCESS_TABLE }, db),
    progress: new DynamoJobProgress(env.JOBS_TABLE, db),
    results: new DynamoResultRepository(env.RESULTS_TABLE, db),
    removals: new DynamoConnectionRemovals({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE }, db),
    executions: new SfnExecutions(stepFunctions, env.JOB_MACHINE_ARN),
    tokens: new SfnTaskTokens(stepFunctions),
    counters: new MetricsCounters(env.STAGE),
  };
});
