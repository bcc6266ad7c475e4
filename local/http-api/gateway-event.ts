import type http from 'node:http';
import type { ApiDefinition } from './api-properties.ts';

/** What the gateway knows about a request before it has chosen what to do with it. */
export interface GatewayRequest {
  readonly method: string;
  /** Decoded as HTTP APIs do; begins with the stage's name unless that is `$default`. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Lower-case names, repeated ones joined with commas; without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[] | undefined;
  readonly queryStringParameters: Readonly<Record<string, string>> | undefined;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Headers that speak about one connection, and the cookies, which travel on their own. */
const notPassedOn = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'cookie']);

/** Everything of a request but its route, its caller and its body. */
export function gatewayRequest(request: http.IncomingMessage, rawPath: string, requestId: string, traceId: string, at: number, bodyBytes: number): GatewayRequest {
  const query = (request.url ?? '').split('?').slice(1).join('?');
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]?.toLowerCase() ?? '';
    const value = request.rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/; */).filter((cookie) => cookie !== ''));
    if (!notPassedOn.has(name)) headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return {
    method: request.method ?? 'GET',
    rawPath,
    rawQueryString: query,
    headers: {
      ...headers,
      ...(bodyBytes > 0 && { 'content-length': String(bodyBytes) }),
      'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? traceId,
      'x-forwarded-for': headers['x-forwarded-for'] === undefined ? sourceIp : `${headers['x-forwarded-for']}, ${sourceIp}`,
      'x-forwarded-port': String(request.socket.localPort),
      'x-forwarded-proto': 'http',
    },
    cookies: cookies.length > 0 ? cookies : undefined,
    queryStringParameters: query === '' ? undefined : joined(new URLSearchParams(query)),
    protocol: `HTTP/${request.httpVersion}`,
    sourceIp,
    requestId,
    at,
  };
}

/** The parts that the event of a route and the event of its authorizer share. */
export function commonEvent(api: ApiDefinition, request: GatewayRequest, routeKey: string) {
  return {
    routeKey,
    rawPath: request.rawPath,
    rawQueryString: request.rawQueryString,
    ...(request.cookies !== undefined && { cookies: request.cookies }),
    headers: request.headers,
    ...(request.queryStringParameters !== undefined && { queryStringParameters: request.queryStringParameters }),
    requestContext: requestContext(api, request, routeKey),
  };
}

/** The payload of version 2.0. `authorizer` is the context that the route's authorizer gave, null when it gave none. */
export function routeEvent(api: ApiDefinition, request: GatewayRequest, routeKey: string, pathParameters: Readonly<Record<string, string>>, authorizer: { readonly context: unknown } | undefined, body: Buffer) {
  const { requestContext: context, ...common } = commonEvent(api, request, routeKey);
  const isBase64Encoded = body.length > 0 && !isText(request.headers['content-type'], request.headers['content-encoding']);
  return {
    version: '2.0',
    ...common,
    requestContext: authorizer === undefined ? context : { ...context, authorizer: { lambda: authorizer.context } },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/**
 * Which bodies arrive as text. Measured on a live HTTP API by others, since AWS's pages do not list them: text/* and
 * exactly these three; form posts, `application/*+json` and bodies without a content type are base64.
 */
function isText(contentType = '', contentEncoding = 'identity'): boolean {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return contentEncoding === 'identity' && (type.startsWith('text/') || ['application/json', 'application/xml', 'application/javascript'].includes(type));
}

function joined(query: URLSearchParams): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of query) values.set(name, values.has(name) ? `${values.get(name) ?? ''},${value}` : value);
  return Object.fromEntries(values);
}

function requestContext(api: ApiDefinition, request: GatewayRequest, routeKey: string) {
  const domainName = request.headers['host'] ?? 'localhost';
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    domainName,
    domainPrefix: domainName.split(/[.:]/, 1)[0] ?? 'localhost',
    http: { method: request.method, path: request.rawPath, protocol: request.protocol, sourceIp: request.sourceIp, userAgent: request.headers['user-agent'] ?? '' },
    requestId: request.requestId,
    routeKey,
    stage: api.stage,
    time: commonLogTime(request.at),
    timeEpoch: request.at,
  };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2026:19:03:58 +0000` */
function commonLogTime(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1] ?? ''}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
