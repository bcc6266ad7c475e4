import { AerosyncWidget } from '../adapters/aerosync/aerosync-widget.ts';
import { DynamoConnectionRepository } from '../adapters/dynamodb/connection-repository.ts';
import { DynamoJobRepository } from '../adapters/dynamodb/job-repository.ts';
import { ChosenWidget } from '../adapters/upstream-http/chosen-widget.ts';
import { apiAeropay } from './api-aeropay.ts';
import { apiAerosync } from './api-aerosync.ts';
import { apiBase } from './api-base.ts';
import { apiMerchants, apiMerchantSettings } from './api-merchants.ts';
import { apiUsers } from './api-users.ts';
import { once } from './once.ts';

export const issueWidgetTokenDependencies = once(() => {
  const { env, db, clock } = apiBase();
  return {
    users: apiUsers(),
    profiles: apiAeropay(),
    connections: new DynamoConnectionRepository(env.CONNECTIONS_TABLE, db),
    jobs: new DynamoJobRepository({ jobs: env.JOBS_TABLE, connections: env.CONNECTIONS_TABLE, access: env.ACCESS_TABLE }, db),
    merchants: apiMerchants(),
    widget: new ChosenWidget(apiMerchantSettings(), { aerosync: new AerosyncWidget(apiAerosync()), aeropay: apiAeropay() }),
    environment: env.UPSTREAM_ENVIRONMENT,
    clock,
  };
});
