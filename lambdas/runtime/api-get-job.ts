import { SFNClient } from '@aws-sdk/client-sfn';
import { SfnExecutions } from '../adapters/stepfunctions/sfn-executions.ts';
import { apiBase } from './api-base.ts';
import { jobReadDependencies } from './api-job-reads.ts';
import { once } from './once.ts';
import { systemSleep } from './system-clock.ts';

export const getJobDependencies = once(() => ({
  ...jobReadDependencies(),
  executions: new SfnExecutions(new SFNClient(), apiBase().env.JOB_MACHINE_ARN),
  sleep: systemSleep,
}));
