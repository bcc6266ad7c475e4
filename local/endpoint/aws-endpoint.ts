import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { EngineClient } from '../dynamodb/engine-client.ts';
import type { Authorize, AwsService } from '../iam/authorize.ts';
import type { Identities } from '../iam/identities.ts';
import { foreignHostMessage, isOwnHost } from '../own-host.ts';
import { readBody } from '../read-body.ts';
import { ServiceError } from '../states/service-error.ts';
import { findCaller } from './find-caller.ts';
import type { Intercept, InterceptedCall } from './intercept.ts';

/** A service that is imitated in this process: takes the parsed request of one operation, throws a ServiceError. */
export type ImitatedService = (operation: string, input: unknown) => unknown;

export interface AwsEndpointSettings {
  readonly identities: Identities;
  readonly authorize: Authorize;
  readonly dynamodb: EngineClient;
  readonly services: Readonly<Partial<Record<AwsService, ImitatedService>>>;
  readonly intercept: Intercept;
  /** Kills the function's thread of this name. */
  readonly kill: (worker: string) => void;
  /** The event that the function's thread of this name has in hand. */
  readonly eventOf: (worker: string) => string | undefined;
  /** Whether DynamoDB and Step Functions also answer callers with keys of their own making. */
  readonly toolsAllowed: boolean;
}

/** DynamoDB's own limit for a request is 16 MB; the rest is for the signs around it. */
const maxBytes = 20 * 1024 * 1024;

const services: Readonly<Record<string, AwsService>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AWSStepFunctions: 'states',
  secretsmanager: 'secretsmanager',
};

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** One HTTP server that speaks the JSON protocol of the imitated AWS services. Who calls is read from the access key id. */
export function createAwsEndpoint(settings: AwsEndpointSettings): http.Server {
  return http.createServer((request, response) => {
    answer(settings, request)
      .then((reply) => {
        if (reply === undefined) request.socket.destroy();
        else if ('status' in reply) send(request, response, reply);
        else return passOn(reply, response);
        return undefined;
      })
      .catch(() => {
        if (response.headersSent) response.destroy();
        else send(request, response, refusal(500, 'InternalServerError', 'The local cloud failed to answer.'));
      });
  });
}

/** Gives a reply of ours, DynamoDB's own as it comes, or undefined for one that is lost. */
async function answer(settings: AwsEndpointSettings, request: http.IncomingMessage): Promise<Reply | http.IncomingMessage | undefined> {
  if (!isOwnHost(request)) return refusal(403, 'ForeignHost', foreignHostMessage);
  const body = await readBody(request, maxBytes);
  if (body === undefined) return refusal(413, 'RequestEntityTooLarge', 'The request is larger than any service takes.');
  const target = request.headers['x-amz-target'];
  const [prefix = '', operation = ''] = typeof target === 'string' ? target.split('.') : [];
  const service = Object.hasOwn(services, prefix) ? services[prefix] : undefined;
  if (service === undefined || typeof target !== 'string') {
    const called = typeof target === 'string' ? target : `${request.method ?? ''} ${(request.url ?? '').split('?', 1)[0] ?? ''}`;
    return refusal(501, 'NotImitatedByTheLocalCloud', `The local cloud does not imitate the service of this call (${called}).`);
  }
  const caller = findCaller(settings.identities, request.headers.authorization, service, settings.toolsAllowed);
  if ('refusal' in caller) return refusal(400, caller.refusal.errorName, caller.refusal.message);
  const decision = settings.authorize({ identity: caller.identity, service, operation, request: () => parse(body) });
  if (!decision.allowed) return refusal(400, 'AccessDeniedException', decision.message);
  const token = request.headers['x-amz-security-token'];
  const worker = typeof token === 'string' ? token : undefined;
  const call = { identity: caller.identity, worker, event: worker && settings.eventOf(worker), service, operation, request: () => parse(body) };
  return intercepted(settings, call, async () => {
    if (service === 'dynamodb') return settings.dynamodb.send(target, body).catch(() => refusal(500, 'InternalServerError', 'The DynamoDB engine does not answer.'));
    return carryOut(settings.services[service], operation, parse(body));
  });
}

async function intercepted({ intercept, kill }: AwsEndpointSettings, call: InterceptedCall, execute: () => Promise<Reply | http.IncomingMessage>): Promise<Reply | http.IncomingMessage | undefined> {
  const interception = await intercept(call);
  if (interception.kind === 'pass') return execute();
  if (interception.kind === 'refuse') return { status: 400, body: { __type: interception.errorName, message: interception.message, ...interception.details } };
  if (interception.kind === 'loseReply' || interception.when === 'after') {
    const reply = await execute();
    if (!('status' in reply)) await reply.resume().toArray();
  }
  if (interception.kind === 'kill' && call.worker !== undefined) kill(call.worker);
  return undefined;
}

async function carryOut(service: ImitatedService | undefined, operation: string, input: unknown): Promise<Reply> {
  if (service === undefined) return refusal(501, 'NotImitatedByTheLocalCloud', 'The local cloud does not imitate this service.');
  if (input === undefined) return refusal(400, 'SerializationException', 'The request is not JSON.');
  try {
    return { status: 200, body: (await service(operation, input)) ?? {} };
  } catch (error) {
    if (error instanceof ServiceError) return refusal(400, error.name, error.message);
    throw error;
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function refusal(status: number, type: string, message: string): Reply {
  return { status, body: { __type: type, message } };
}

function send(request: http.IncomingMessage, response: http.ServerResponse, { status, body }: Reply): void {
  const text = JSON.stringify(body);
  const type = request.headers['content-type'];
  response
    .writeHead(status, {
      'content-type': type?.startsWith('application/x-amz-json-') === true ? type : 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(text),
      'x-amzn-requestid': randomUUID(),
    })
    .end(text);
}

/** Headers that speak about one connection, not about the message. */
const perConnection = new Set(['connection', 'keep-alive', 'transfer-encoding']);

async function passOn(reply: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  try {
    response.writeHead(reply.statusCode ?? 500, Object.fromEntries(Object.entries(reply.headers).filter(([name]) => !perConnection.has(name))));
    await pipeline(reply, response);
  } finally {
    // Whoever asked may be gone: a reply that nobody reads would keep its connection to the engine for ever.
    reply.resume();
  }
}
