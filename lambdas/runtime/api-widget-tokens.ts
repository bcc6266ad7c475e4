import { AerosyncWidget } from '../adapters/aerosync/aerosync-widget.ts';
import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { DynamoJobRepository } from '../adapters/dynamodb/job-repository.ts';
import { DynamoMerchantRepository } from '../adapters/dynamodb/merchant-repository.ts';
import { apiAerosync } from './api-aerosync.ts';
import { apiBase } from './api-base.ts';
import { apiUsers } from './api-users.ts';
import { once } from './once.ts';

export const issueWidgetTokenDependencies = once(() => {
  const { env, db, clock } = apiBase();
  return {
    users: apiUsers(),
    connections: new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db),
    jobs: new DynamoJobRepository({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE, access: env.ACCESS_TABLE }, db),
    merchants: new DynamoMerchantRepository(env.ACCESS_TABLE, db),
    widget: new AerosyncWidget(apiAerosync()),
    environment: env.UPSTREAM_ENVIRONMENT,
    clock,
  };
});
