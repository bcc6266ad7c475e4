import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoLongPolls } from '../adapters/dynamodb/long-polls.ts';
import { SfnExecutions } from '../adapters/stepfunctions/sfn-executions.ts';
import { apiBase } from './api-base.ts';
import { jobReadDependencies } from './api-job-reads.ts';
import { once } from './once.ts';
import { systemSleep } from './system-clock.ts';

export const getJobDependencies = once(() => {
  const { env, db } = apiBase();
  return {
    ...jobReadDependencies(),
    executions: new SfnExecutions(new SFNClient(), env.JOB_MACHINE_ARN),
    longPolls: new DynamoLongPolls(env.ACCESS_TABLE, db),
    sleep: systemSleep,
  };
});
