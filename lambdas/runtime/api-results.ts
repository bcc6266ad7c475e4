import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { DynamoJobRepository } from '../adapters/dynamodb/job-repository.ts';
import { DynamoResultRepository } from '../adapters/dynamodb/result-repository.ts';
import { apiBase } from './api-base.ts';
import { once } from './once.ts';

const resultDependencies = once(() => {
  const { env, db, clock, secrets } = apiBase();
  return {
    jobs: new DynamoJobRepository({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE, access: env.ACCESS_TABLE }, db),
    connections: new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db),
    results: new DynamoResultRepository(env.RESULTS_TABLE, db),
    secrets,
    clock,
  };
});

export const getResultDependencies = resultDependencies;
export const getNewestResultDependencies = resultDependencies;
