import * as z from 'zod';
import { flag, integer, propertiesOf, readResources, type InertProperties } from '../assembly/read-resources.ts';
import type { Resolver, Resource } from '../assembly/resolver.ts';
import { LocalCloudError } from '../local-cloud-error.ts';
import { parseRouteKey, type RoutePattern } from './route-pattern.ts';

export interface ApiDefinition {
  readonly apiId: string;
  readonly region: string;
  readonly accountId: string;
  /** `$default`, or a name that every path begins with. */
  readonly stage: string;
  readonly routes: readonly RouteDefinition[];
}

export interface RouteDefinition {
  readonly routeKey: string;
  readonly pattern: RoutePattern;
  readonly functionArn: string;
  /** How long the gateway waits for the function. */
  readonly timeoutMs: number;
  readonly authorizer: AuthorizerDefinition | undefined;
}

export interface AuthorizerDefinition {
  readonly id: string;
  readonly functionArn: string;
  readonly identitySources: readonly IdentitySource[];
  readonly ttlMs: number;
}

export interface IdentitySource {
  readonly kind: 'header' | 'querystring';
  readonly name: string;
}

const inertApiProperties: InertProperties = {
  Description: 'a text for people',
  DisableExecuteApiEndpoint: 'there are no custom domains',
  FailOnWarnings: 'it is about imports',
  IpAddressType: 'the gateway listens on 127.0.0.1',
  Name: 'a text for people',
  Tags: 'no cost allocation here',
};
const inertStageProperties: InertProperties = {
  AccessLogSettings: 'there are no access logs',
  AutoDeploy: 'the gateway always serves the routes of the template',
  DefaultRouteSettings: 'nothing is throttled by rate',
  DeploymentId: 'the gateway always serves the routes of the template',
  Description: 'a text for people',
  RouteSettings: 'nothing is throttled by rate',
  Tags: 'no cost allocation here',
};
const inertRouteProperties: InertProperties = {
  OperationName: 'a text for people',
};
const inertIntegrationProperties: InertProperties = {
  ConnectionType: 'there are no private networks',
  Description: 'a text for people',
  IntegrationMethod: 'functions are always invoked the same way',
};
const inertAuthorizerProperties: InertProperties = {
  Name: 'a text for people',
};

/** The longest that an HTTP API waits for an integration. */
const longestTimeoutMs = 30_000;

const api = propertiesOf({ ProtocolType: z.literal('HTTP') }, inertApiProperties);
const stage = propertiesOf({ ApiId: z.string(), StageName: z.string().regex(/^(\$default|[\w-]+)$/) }, inertStageProperties);
const route = propertiesOf(
  { ApiId: z.string(), RouteKey: z.string(), Target: z.string().regex(/^integrations\//), AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'), AuthorizerId: z.string().optional(), ApiKeyRequired: flag.pipe(z.literal(false)).optional() },
  inertRouteProperties,
);
const integration = propertiesOf(
  { ApiId: z.string(), IntegrationType: z.literal('AWS_PROXY'), IntegrationUri: z.string(), PayloadFormatVersion: z.literal('2.0'), TimeoutInMillis: integer.pipe(z.number().min(50).max(longestTimeoutMs)).default(longestTimeoutMs) },
  inertIntegrationProperties,
);
const identitySource = z.string().regex(/^\$request\.(header|querystring)\.[\w-]+$/, 'only $request.header and $request.querystring');
const authorizer = propertiesOf(
  {
    ApiId: z.string(),
    AuthorizerType: z.literal('REQUEST'),
    AuthorizerUri: z.string(),
    AuthorizerPayloadFormatVersion: z.literal('2.0'),
    EnableSimpleResponses: flag.pipe(z.literal(true)),
    IdentitySource: z.array(identitySource).default([]),
    AuthorizerResultTtlInSeconds: integer.pipe(z.number().max(3_600)).optional(),
  },
  inertAuthorizerProperties,
);

/** Reads the HTTP APIs of the assembly with their routes. `functionExists` tells whether a function's ARN is in the assembly. */
export function readApis(resolver: Resolver, functionExists: (arn: string) => boolean): (ApiDefinition & { readonly resource: Resource })[] {
  const stages = readResources(resolver, 'AWS::ApiGatewayV2::Stage', stage);
  const routes = readResources(resolver, 'AWS::ApiGatewayV2::Route', route);
  const functionOf = (uri: string, where: string): string => {
    const arn = /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
    if (functionExists(arn)) return arn;
    throw new LocalCloudError(`${where} leads to ${arn}, which is no function of the assembly.`);
  };
  const integrations = new Map(
    readResources(resolver, 'AWS::ApiGatewayV2::Integration', integration).map(({ ref, properties, resource }) => [ref, { functionArn: functionOf(properties.IntegrationUri, resource.where), timeoutMs: properties.TimeoutInMillis }]),
  );
  const authorizers = new Map(
    readResources(resolver, 'AWS::ApiGatewayV2::Authorizer', authorizer).map(({ ref: id, properties, resource }): [string, AuthorizerDefinition] => {
      const identitySources = properties.IdentitySource.map(toIdentitySource);
      // Without an identity source there is nothing to remember an answer by; AWS's default is five minutes.
      const ttlMs = identitySources.length === 0 ? 0 : (properties.AuthorizerResultTtlInSeconds ?? 300) * 1_000;
      return [id, { id, functionArn: functionOf(properties.AuthorizerUri, resource.where), identitySources, ttlMs }];
    }),
  );

  return readResources(resolver, 'AWS::ApiGatewayV2::Api', api).map(({ ref: apiId, resource }) => {
    const [own, ...more] = stages.filter(({ properties }) => properties.ApiId === apiId);
    if (own === undefined || more.length > 0) throw new LocalCloudError(`${resource.where} must have exactly one stage, since it listens on one port.`);
    const keys = new Set<string>();
    return {
      resource,
      apiId,
      region: resource.stack.region,
      accountId: resource.stack.accountId,
      stage: own.properties.StageName,
      routes: routes
        .filter(({ properties }) => properties.ApiId === apiId)
        .map(({ properties, resource: { where } }) => {
          const pattern = parseRouteKey(properties.RouteKey);
          if (pattern === undefined) throw new LocalCloudError(`${where}: ${properties.RouteKey} is not a route key that the local cloud implements.`);
          if (keys.has(properties.RouteKey)) throw new LocalCloudError(`${where}: another route has the key ${properties.RouteKey} already.`);
          keys.add(properties.RouteKey);
          const target = integrations.get(properties.Target.slice('integrations/'.length));
          if (target === undefined) throw new LocalCloudError(`${where} leads to an integration that the assembly does not have.`);
          const guard = properties.AuthorizerId === undefined ? undefined : authorizers.get(properties.AuthorizerId);
          if ((properties.AuthorizationType === 'CUSTOM') !== (guard !== undefined)) throw new LocalCloudError(`${where}: AuthorizationType and AuthorizerId do not go together.`);
          return { routeKey: properties.RouteKey, pattern, ...target, authorizer: guard };
        }),
    };
  });
}

function toIdentitySource(expression: string): IdentitySource {
  const [, kind, name = ''] = expression.split('.');
  return kind === 'header' ? { kind, name: name.toLowerCase() } : { kind: 'querystring', name };
}
