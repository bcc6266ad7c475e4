import type { Context } from 'aws-lambda';
import type { ApiEvent } from '../../lambdas/runtime/http-request.ts';

export interface EventParts {
  readonly method: string;
  readonly path: string;
  readonly routeKey: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire. */
  readonly body: string | Buffer | undefined;
  /** What the authorizer answered as context; undefined on a route without one. */
  readonly authorizer: Readonly<Record<string, string>> | undefined;
}

let requests = 0;

/** An event as API Gateway makes it: payload format 2.0, header names in lower case, bodies that are no text in base64. */
export function apiEvent({ method, path, routeKey, params, query, headers, body, authorizer }: EventParts): ApiEvent {
  requests += 1;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    ...(query === '' ? {} : { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    ...(Object.keys(params).length === 0 ? {} : { pathParameters: { ...params } }),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : body.toString('base64') }),
    isBase64Encoded: body !== undefined && typeof body !== 'string',
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: 'api.test',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: `request-${requests}`,
      routeKey,
      stage: '$default',
      time: '02/Mar/2026:12:00:00 +0000',
      timeEpoch: 0,
      ...(authorizer === undefined ? {} : { authorizer: { lambda: authorizer } }),
    },
  };
}

/** Only what the edge reads of a Lambda context. */
export function lambdaContext(remainingMs = 29_000): Context {
  return { awsRequestId: 'invocation', functionName: 'test', getRemainingTimeInMillis: () => remainingMs } as Context;
}
