import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey, HttpStage, LogGroupLogDestination, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { RouteContract } from '../../lambdas/contract/route-contract.ts';
import type { AuthorizerEnv } from '../../lambdas/runtime/env.ts';
import { apiAccess } from '../access/api-access.ts';
import type { FunctionAccess } from '../access/function-access.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { ApiFunction } from '../constructs/api-function.ts';
import { BundledFunction } from '../constructs/bundled-function.ts';
import { pascalCase } from '../constructs/pascal-case.ts';
import { retainedLogGroup } from '../constructs/retained-log-group.ts';
import type { Platform } from '../platform.ts';
import { apiRoutes } from '../routes.ts';

export interface ApiStackProps extends StackProps {
  readonly platform: Platform;
  readonly machine: IStateMachine;
}

/** What merchants' backends call: the gateway, one function per route of the contract, and the authorizer of API keys. */
export class ApiStack extends Stack {
  readonly api: HttpApi;
  readonly authorizer: LambdaFunction;

  constructor(scope: Construct, id: string, { platform, machine, ...props }: ApiStackProps) {
    super(scope, id, props);
    // No CORS: keys belong on servers, and a browser shall not get far with one.
    this.api = new HttpApi(this, 'Api', { apiName: `aerobridge-${platform.stage.name}`, createDefaultStage: false });
    this.#stage(platform);
    this.authorizer = this.#authorizerFunction(platform);
    const authorizer = new HttpLambdaAuthorizer('ApiKey', this.authorizer, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      // A revoked key dies within this time.
      resultsCacheTtl: Duration.seconds(60),
    });

    for (const route of apiRoutes) {
      const { name } = route;
      const fn = new ApiFunction(this, pascalCase(name), {
        platform,
        machine,
        name,
        description: `${route.method} ${route.path}`,
        access: accessOf(name),
        reservedConcurrency: name === 'get-job' ? platform.stage.waitingConcurrency : undefined,
      });
      this.#route(fn, `${pascalCase(name)}Route`, HttpRouteKey.with(route.path, HttpMethod[route.method]), route.scope === null ? undefined : authorizer, openBecause(route));
    }
    const notFound = new ApiFunction(this, 'NotFound', { platform, machine, name: 'not-found', description: 'Answers unknown paths', access: accessOf('not-found') });
    this.#route(notFound, 'NotFoundRoute', HttpRouteKey.DEFAULT, undefined, 'Says only that the path does not exist.');

    new CfnOutput(this, 'ApiUrl', { value: this.api.apiEndpoint });
  }

  #route({ function: handler }: ApiFunction, id: string, routeKey: HttpRouteKey, authorizer: IHttpRouteAuthorizer | undefined, openReason: string): void {
    const route = new HttpRoute(this, id, { httpApi: this.api, routeKey, authorizer, integration: new HttpLambdaIntegration('Integration', handler) });
    if (authorizer === undefined) acknowledge(route, 'AwsSolutions-APIG4', openReason);
  }

  #authorizerFunction(platform: Platform): LambdaFunction {
    return new BundledFunction<Record<keyof AuthorizerEnv, string>>(this, 'Authorize', {
      platform,
      bundle: 'authorize',
      description: 'Tells whose API key it is',
      access: accessOf('authorize'),
      timeout: Duration.seconds(5),
      environment: { STAGE: platform.stage.name, ACCESS_TABLE: platform.tables.access.tableName },
    }).function;
  }

  #stage({ stage }: Platform): void {
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.requestsPerSecond, burstLimit: stage.throttle.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(retainedLogGroup(this, 'AccessLog', stage)), format: AccessLogFormat.custom(JSON.stringify(accessLogFields)) },
    });
  }
}

/** Who called which route and how it ended. No address, no agent, no path with its ids, no query: nothing that is about a person. */
const accessLogFields = {
  at: '$context.requestTime',
  requestId: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  replyBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  functionError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
  gatewayError: '$context.error.responseType',
  merchantId: '$context.authorizer.merchantId',
  keyId: '$context.authorizer.keyId',
};

function accessOf(name: string): FunctionAccess {
  const access = apiAccess[name];
  if (access === undefined) throw new Error(`lib/access/api-access.ts does not say what ${name} may do.`);
  return access;
}

function openBecause(route: RouteContract): string {
  return `${route.method} ${route.path} asks for no key by contract, and tells nothing of anybody.`;
}
