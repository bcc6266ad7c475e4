import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { Outcome } from '../functions/outcome.ts';
import { foreignHostMessage, isOwnHost } from '../own-host.ts';
import { readBody } from '../read-body.ts';
import type { Clock } from '../states/clock.ts';
import type { ApiDefinition } from './api-properties.ts';
import { createAuthorizer, type Authorizer } from './authorizer.ts';
import { decodePath } from './decode-path.ts';
import { gatewayRequest, routeEvent } from './gateway-event.ts';
import { gatewayMessage, gatewayResponse, type GatewayResponse } from './gateway-response.ts';
import { matchRoute } from './match-route.ts';

export interface GatewaySettings {
  readonly api: ApiDefinition;
  readonly clock: Clock;
  /** Invokes a function with an event given as JSON text. */
  readonly invoke: (functionArn: string, event: string) => Promise<Outcome>;
}

/** Answers one request, given its id. */
export type Gateway = (request: http.IncomingMessage, requestId: string) => Promise<GatewayResponse>;

const maxBodyBytes = 10 * 1024 * 1024;
const maxHeaderBytes = 10_240;

/** A server for one HTTP API. It listens before its routes are known, so until `gateway` gives them it answers 503. */
export function createGatewayServer(gateway: () => Gateway | undefined): http.Server {
  return http.createServer({ maxHeaderSize: maxHeaderBytes }, (request, response) => {
    const requestId = newRequestId();
    const handle = gateway();
    const reply = handle === undefined ? Promise.resolve(gatewayMessage(503, 'Service Unavailable')) : handle(request, requestId);
    reply
      .then((answer) => send(response, answer, requestId))
      .catch(() => {
        if (response.headersSent || response.destroyed) response.destroy();
        else send(response, gatewayMessage(500, 'Internal Server Error'), requestId);
      });
  });
}

/** The behaviour of an HTTP API: route, authorizer, function, reply. */
export function createGateway({ api, clock, invoke }: GatewaySettings): Gateway {
  const within = (functionArn: string, event: string, limitMs: number): Promise<Outcome | undefined> => withLimit(invoke(functionArn, event), limitMs);
  const authorizer = createAuthorizer(api, clock, within);

  return async (request, requestId) => {
    if (!isOwnHost(request)) return gatewayMessage(403, foreignHostMessage);
    const rawPath = decodePath((request.url ?? '/').split('?', 1)[0] ?? '/');
    if (rawPath === undefined) return gatewayMessage(400, 'Bad Request');
    const path = withoutStage(api.stage, rawPath);
    const match = path === undefined ? undefined : matchRoute(api.routes, request.method ?? 'GET', path);
    if (match === undefined) return gatewayMessage(404, 'Not Found');
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined) return gatewayMessage(413, 'Request Entity Too Large');
    const { route, pathParameters } = match;
    const described = gatewayRequest(request, rawPath, requestId, newTraceId(clock.now()), clock.now(), body.length);
    const verdict = route.authorizer === undefined ? undefined : await authorizer.authorize(route.authorizer, described, route.routeKey, pathParameters);
    if (verdict !== undefined && verdict.kind !== 'allowed') return refusals[verdict.kind];
    return answerOf(await within(route.functionArn, JSON.stringify(routeEvent(api, described, route.routeKey, pathParameters, verdict, body)), route.timeoutMs));
  };
}

const refusals: Readonly<Record<Exclude<Awaited<ReturnType<Authorizer['authorize']>>['kind'], 'allowed'>, GatewayResponse>> = {
  unauthorized: gatewayMessage(401, 'Unauthorized'),
  forbidden: gatewayMessage(403, 'Forbidden'),
  failed: gatewayMessage(500, 'Internal Server Error'),
};

function answerOf(outcome: Outcome | undefined): GatewayResponse {
  if (outcome === undefined) return gatewayMessage(503, 'Service Unavailable');
  if (outcome.ok) return gatewayResponse(outcome.payload) ?? gatewayMessage(500, 'Internal Server Error');
  switch (outcome.fault) {
    case 'timeout':
    case 'throttled':
      return gatewayMessage(503, 'Service Unavailable');
    case 'tooLarge':
      return gatewayMessage(413, 'Request Entity Too Large');
    case 'function':
    case 'memory':
      return gatewayMessage(500, 'Internal Server Error');
  }
}

/** Undefined when the time is over first. What was started goes on, as a function does behind a gateway that gave up. */
function withLimit<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A path below a named stage; undefined when the path is not below it. */
function withoutStage(stage: string, path: string): string | undefined {
  if (stage === '$default') return path;
  if (path === `/${stage}`) return '/';
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : undefined;
}

function send(response: http.ServerResponse, { status, headers, body }: GatewayResponse, requestId: string): void {
  response.writeHead(status, { ...headers, ...(status !== 204 && status !== 304 && { 'content-length': body.length }), 'apigw-requestid': requestId }).end(body);
}

/** As the gateway's own look: sixteen characters, the last one padding. */
function newRequestId(): string {
  return randomBytes(11).toString('base64');
}

function newTraceId(now: number): string {
  return `Root=1-${Math.floor(now / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;
}

