import { Duration } from 'aws-cdk-lib';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ApiEnv } from '../../lambdas/runtime/env.ts';
import type { FunctionAccess } from '../access/function-access.ts';
import type { Platform } from '../platform.ts';
import { BundledFunction } from './bundled-function.ts';
import { upstreamEnvironment } from './upstream-environment.ts';

export interface ApiFunctionProps {
  readonly platform: Platform;
  /** File under `lambdas/api/`, without its ending. */
  readonly name: string;
  readonly description: string;
  readonly access: FunctionAccess;
  readonly machine: IStateMachine;
  readonly reservedConcurrency?: number | undefined;
}

/** The function of one route. */
export class ApiFunction extends BundledFunction<Record<keyof ApiEnv, string>> {
  constructor(scope: Construct, id: string, { platform, name, description, access, machine, reservedConcurrency }: ApiFunctionProps) {
    super(scope, id, {
      platform,
      bundle: name,
      description,
      access,
      // The gateway gives up after 30 s: a function that ends before can still say what happened.
      timeout: Duration.seconds(29),
      environment: {
        ...upstreamEnvironment(platform.stage),
        USERS_TABLE: platform.tables.users.tableName,
        CONNECTIONS_TABLE: platform.tables.connections.tableName,
        JOBS_TABLE: platform.tables.jobs.tableName,
        RESULTS_TABLE: platform.tables.results.tableName,
        ACCESS_TABLE: platform.tables.access.tableName,
        EVENTS_TABLE: platform.tables.events.tableName,
        JOB_MACHINE_ARN: machine.stateMachineArn,
        DEPLOYMENT_KEY_SECRET_ARN: platform.deploymentKey.secretArn,
      },
      reservedConcurrentExecutions: reservedConcurrency,
    });
  }
}
