import * as z from 'zod';
import type { Outcome } from '../functions/outcome.ts';
import type { Clock } from '../states/clock.ts';
import type { ApiDefinition, AuthorizerDefinition } from './api-properties.ts';
import { commonEvent, type GatewayRequest } from './gateway-event.ts';

export type Verdict = { readonly kind: 'allowed'; readonly context: unknown } | { readonly kind: 'unauthorized' | 'forbidden' | 'failed' };

export interface Authorizer {
  authorize(definition: AuthorizerDefinition, request: GatewayRequest, routeKey: string, pathParameters: Readonly<Record<string, string>>): Promise<Verdict>;
}

const simpleResponse = z.object({ isAuthorized: z.boolean(), context: z.record(z.string(), z.unknown()).nullish() });

/** The gateway waits no longer for an authorizer. */
const limitMs = 10_000;
const maxRemembered = 10_000;

/**
 * Lambda authorizers with simple responses. Answers, refusals too, are remembered by authorizer and identity source, for
 * all routes together, as on AWS: an authorizer that looks at the route would be wrong there and is wrong here.
 */
export function createAuthorizer(api: ApiDefinition, clock: Clock, invoke: (functionArn: string, event: string, limitMs: number) => Promise<Outcome | undefined>): Authorizer {
  const remembered = new Map<string, { verdict: Verdict; until: number }>();

  return {
    authorize: async (definition, request, routeKey, pathParameters) => {
      const identitySource = definition.identitySources.map(({ kind, name }) => (kind === 'header' ? request.headers[name] : request.queryStringParameters?.[name]));
      if (identitySource.some((value) => value === undefined || value === '')) return { kind: 'unauthorized' };
      const key = JSON.stringify([definition.id, ...identitySource]);
      const known = remembered.get(key);
      if (known !== undefined && known.until > clock.now()) return known.verdict;
      remembered.delete(key);
      const verdict = await ask(definition, request, routeKey, pathParameters, identitySource);
      if (verdict.kind !== 'failed' && definition.ttlMs > 0) {
        const oldest = remembered.keys().next();
        if (remembered.size >= maxRemembered && oldest.done !== true) remembered.delete(oldest.value);
        remembered.set(key, { verdict, until: clock.now() + definition.ttlMs });
      }
      return verdict;
    },
  };

  async function ask(definition: AuthorizerDefinition, request: GatewayRequest, routeKey: string, pathParameters: Readonly<Record<string, string>>, identitySource: readonly (string | undefined)[]): Promise<Verdict> {
    const event = {
      version: '2.0',
      type: 'REQUEST',
      routeArn: `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}/${request.method}${request.rawPath}`,
      identitySource,
      ...commonEvent(api, request, routeKey),
      ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    };
    const outcome = await invoke(definition.functionArn, JSON.stringify(event), limitMs);
    if (outcome?.ok !== true) return { kind: 'failed' };
    const answer = simpleResponse.safeParse(JSON.parse(outcome.payload));
    if (!answer.success) return { kind: 'failed' };
    return answer.data.isAuthorized ? { kind: 'allowed', context: answer.data.context ?? null } : { kind: 'forbidden' };
  }
}
