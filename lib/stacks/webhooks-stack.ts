import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpMethod, HttpRoute, HttpRouteKey, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { WebhookEnv } from '../../lambdas/runtime/env.ts';
import { webhookAccess } from '../access/job-access.ts';
import { merchantSecretsPrefix } from '../config/stages.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { BundledFunction } from '../constructs/bundled-function.ts';
import { pascalCase } from '../constructs/pascal-case.ts';
import type { Platform } from '../platform.ts';
import { webhookRoutes } from '../routes.ts';

export interface WebhooksStackProps extends StackProps {
  readonly platform: Platform;
  readonly api: HttpApi;
}

/** What upstream calls: a function that holds no credentials and sees no results. */
export class WebhooksStack extends Stack {
  readonly receivers: readonly LambdaFunction[];

  constructor(scope: Construct, id: string, { platform, api, ...props }: WebhooksStackProps) {
    super(scope, id, props);
    this.receivers = webhookRoutes.map(({ name, method, path }) => {
      const { function: receiver } = new BundledFunction<Record<keyof WebhookEnv, string>>(this, pascalCase(name), {
        platform,
        bundle: name,
        description: `${method} ${path}`,
        access: webhookAccess,
        // Upstream counts a reply that takes longer than 30 s as a failed delivery, and five of those pause the subscription.
        timeout: Duration.seconds(20),
        environment: {
          STAGE: platform.stage.name,
          CONNECTIONS_TABLE: platform.tables.connections.tableName,
          JOBS_TABLE: platform.tables.jobs.tableName,
          ACCESS_TABLE: platform.tables.access.tableName,
          MERCHANT_SECRETS_PREFIX: merchantSecretsPrefix(platform.stage),
        },
      });
      const route = new HttpRoute(this, `${pascalCase(name)}Route`, {
        httpApi: api,
        routeKey: HttpRouteKey.with(path, HttpMethod[method]),
        integration: new HttpLambdaIntegration('Integration', receiver),
      });
      acknowledge(route, 'AwsSolutions-APIG4', 'Upstream signs each delivery, and the function refuses what is not signed.');
      return receiver;
    });
  }
}
