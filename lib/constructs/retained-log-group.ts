import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../config/stages.ts';
import { removalPolicy } from './removal-policy.ts';

const retention = { 7: RetentionDays.ONE_WEEK, 30: RetentionDays.ONE_MONTH, 365: RetentionDays.ONE_YEAR } as const;

/** A log group that forgets after the stage's retention, and that outlives its stack where the stage keeps data. */
export function retainedLogGroup(scope: Construct, id: string, stage: Stage): LogGroup {
  return new LogGroup(scope, id, { retention: retention[stage.logRetentionDays], removalPolicy: removalPolicy(stage) });
}
