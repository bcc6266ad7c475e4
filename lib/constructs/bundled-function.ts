import { existsSync } from 'node:fs';
import path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing, type FunctionProps } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionAccess } from '../access/function-access.ts';
import { grantAccess } from '../access/grant-access.ts';
import type { Platform } from '../platform.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { retainedLogGroup } from './retained-log-group.ts';

export interface BundledFunctionProps<Environment> extends Pick<FunctionProps, 'reservedConcurrentExecutions' | 'deadLetterQueue' | 'retryAttempts' | 'maxEventAge'> {
  readonly platform: Platform;
  /** Name of the handler's file, and of its folder in the build. */
  readonly bundle: string;
  /** One sentence for whoever meets the function in the console. */
  readonly description: string;
  /** All that the function's environment schema asks for: a forgotten variable does not compile. */
  readonly environment: Environment;
  readonly access: FunctionAccess;
  readonly timeout: Duration;
  /** Default 512. The share of a processor grows with it, and a cold start with the want of one. */
  readonly memoryMb?: number;
}

/** One function with this project's defaults: its bundle, a role of its own that may do what `access` says, logs that end, traces. */
export class BundledFunction<Environment extends { [K in keyof Environment]: string }> extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: BundledFunctionProps<Environment>) {
    super(scope, id);
    const { platform, bundle, description, environment, access, timeout, memoryMb = 512, ...rest } = props;
    const logGroup = retainedLogGroup(this, 'Logs', platform.stage);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }));
    grantAccess(role, access, platform, platform.stage);
    acknowledgeWildcard(role, '*', 'X-Ray takes segments of no resource: docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html');

    this.function = new LambdaFunction(this, 'Function', {
      ...rest,
      code: Code.fromAsset(bundleFolder(platform.bundles, bundle)),
      handler: 'index.handler',
      description,
      environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout,
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
    });
  }
}

function bundleFolder(bundles: string, bundle: string): string {
  const folder = path.join(bundles, bundle);
  if (!existsSync(path.join(folder, 'index.mjs'))) throw new Error(`There is no bundle of ${bundle} in ${bundles}: run "npm run build" first.`);
  return folder;
}
