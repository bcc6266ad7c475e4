import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../lambdas/contract/routes.ts';
import { at, deploymentOf, type Resource } from './deployment.ts';

describe('the gateway', () => {
  let deployment: ReturnType<typeof deploymentOf>;
  let deployed: Map<unknown, Resource>;
  beforeAll(() => {
    deployment = deploymentOf('sandbox');
    deployed = new Map(deployment.resources('AWS::ApiGatewayV2::Route').map((route) => [at(route, 'RouteKey'), route]));
  });

  it('has every route of the contract once, a default, and no other', () => {
    const keys = deployment.resources('AWS::ApiGatewayV2::Route').map((route) => at(route, 'RouteKey') as string);
    expect(keys.sort()).toEqual(['$default', ...routes.map(({ method, path }) => `${method} ${path}`)].sort());
  });

  it.each(routes.filter(({ scope }) => scope !== null))('asks for a key at $method $path', ({ method, path }) => {
    const [authorizer] = deployment.resources('AWS::ApiGatewayV2::Authorizer');
    expect(deployed.get(`${method} ${path}`)?.Properties).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer?.id } });
  });

  it.each(['$default', ...routes.filter(({ scope }) => scope === null).map(({ method, path }) => `${method} ${path}`)])('asks for no key at %s', (key) => {
    expect(at(deployed.get(key), 'AuthorizationType')).toBe('NONE');
    expect(at(deployed.get(key), 'AuthorizerId')).toBeUndefined();
  });

  it.each(routes)('serves $method $path by the function of its name', ({ name, method, path }) => {
    const target = at(deployed.get(`${method} ${path}`), 'Target.Fn::Join.1.1.Ref');
    const integration = deployment.resources('AWS::ApiGatewayV2::Integration').find(({ id }) => id === target);
    expect(integration?.Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    const handler = deployment.resources('AWS::Lambda::Function').find(({ id }) => id === at(integration, 'IntegrationUri.Fn::GetAtt.0'));
    expect(handler?.id.toLowerCase()).toMatch(new RegExp(`^${name.replaceAll('-', '')}function`));
  });

  it('remembers what the authorizer said of a key for a minute', () => {
    expect(deployment.resources('AWS::ApiGatewayV2::Authorizer').map(({ Properties }) => Properties)).toMatchObject([
      { AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, IdentitySource: ['$request.header.Authorization'], AuthorizerResultTtlInSeconds: 60 },
    ]);
  });

  it('lets no browser in', () => {
    expect(deployment.resources('AWS::ApiGatewayV2::Api').map((api) => at(api, 'CorsConfiguration'))).toEqual([undefined]);
  });

  it('logs neither address nor agent nor path nor query of a caller', () => {
    const [stage] = deployment.resources('AWS::ApiGatewayV2::Stage');
    const format = Object.values(JSON.parse(at(stage, 'AccessLogSettings.Format') as string) as Record<string, string>);
    expect(format).toContain('$context.routeKey');
    const harmless = /^\$context\.(requestTime|requestId|routeKey|status|responseLength|responseLatency|integrationLatency|integrationErrorMessage|authorizer\.(error|merchantId|keyId)|error\.responseType)$/;
    expect(format.filter((variable) => !harmless.test(variable))).toEqual([]);
  });

  it('lets through what the stage says', () => {
    const [stage] = deployment.resources('AWS::ApiGatewayV2::Stage');
    expect(at(stage, 'DefaultRouteSettings')).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
  });
});
