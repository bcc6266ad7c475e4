import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TaskEnv } from '../../lambdas/runtime/env.ts';
import type { FunctionAccess } from '../access/function-access.ts';
import type { Platform } from '../platform.ts';
import { BundledFunction } from './bundled-function.ts';
import { upstreamEnvironment } from './upstream-environment.ts';

export interface TaskFunctionProps {
  readonly platform: Platform;
  /** File under `lambdas/tasks/`, without its ending. */
  readonly name: string;
  readonly description: string;
  readonly access: FunctionAccess;
  readonly memoryMb?: number;
}

/** The function of one Lambda state of the job machine. */
export class TaskFunction extends BundledFunction<Record<keyof TaskEnv, string>> {
  constructor(scope: Construct, id: string, { platform, name, ...rest }: TaskFunctionProps) {
    super(scope, id, {
      ...rest,
      platform,
      bundle: name,
      // Below the 60 s of its state, so that the machine sees the function's own end and not a state that timed out.
      timeout: Duration.seconds(55),
      environment: {
        ...upstreamEnvironment(platform.stage),
        CONNECTIONS_TABLE: platform.tables.connections.tableName,
        JOBS_TABLE: platform.tables.jobs.tableName,
        RESULTS_TABLE: platform.tables.results.tableName,
        ACCESS_TABLE: platform.tables.access.tableName,
      },
    });
  }
}
