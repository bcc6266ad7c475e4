import { SFNClient } from '@aws-sdk/client-sfn';
import { AerosyncAccounts } from '../adapters/aerosync/aerosync-accounts.ts';
import { RandomIds } from '../adapters/ids/random-ids.ts';
import { SfnExecutions } from '../adapters/stepfunctions/sfn-executions.ts';
import { apiAerosync } from './api-aerosync.ts';
import { apiBase } from './api-base.ts';
import { apiIdempotency } from './api-idempotency.ts';
import { jobReadDependencies } from './api-job-reads.ts';
import { MetricsCounters } from './metrics-counters.ts';
import { once } from './once.ts';

export const startJobDependencies = once(() => {
  const { env } = apiBase();
  return {
    ...jobReadDependencies(),
    ...apiIdempotency(),
    executions: new SfnExecutions(new SFNClient(), env.JOB_MACHINE_ARN),
    accounts: new AerosyncAccounts(apiAerosync()),
    counters: new MetricsCounters(env.STAGE),
    ids: new RandomIds(),
  };
});
