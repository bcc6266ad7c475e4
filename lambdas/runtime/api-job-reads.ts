import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { DynamoJobRepository } from '../adapters/dynamodb/job-repository.ts';
import { apiBase } from './api-base.ts';
import { once } from './once.ts';

/** For routes that only read jobs; the others add to it. */
export const jobReadDependencies = once(() => {
  const { env, db, clock, secrets } = apiBase();
  return {
    jobs: new DynamoJobRepository({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE, access: env.ACCESS_TABLE }, db),
    connections: new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db),
    secrets,
    clock,
  };
});
