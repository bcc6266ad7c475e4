import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda';
import * as z from 'zod';
import { idPattern } from '../contract/fields.ts';
import type { RouteContract } from '../contract/route-contract.ts';
import { AppError } from '../domain/errors.ts';
import { scopes, type Caller, type Scope } from '../domain/merchant.ts';
import { invalidRequest, parseRequest } from './http-field-errors.ts';

/** What API Gateway hands over: payload format 2.0, with whatever the authorizer answered. */
export type ApiEvent = APIGatewayProxyEventV2WithRequestContext<APIGatewayEventRequestContextV2 & { readonly authorizer?: unknown }>;

const largestBody = 256 * 1024;
/** Far more than any body of ours, far less than what exhausts a stack. */
const deepestBody = 64;

const authorizerAnswer = z.object({ lambda: z.object({ merchantId: z.string().min(1), keyId: z.string().min(1), scopes: z.string() }) });

/** Who calls, as the authorizer answered; undefined when it answered nothing. */
export function readCaller(event: ApiEvent): Caller | undefined {
  const parsed = authorizerAnswer.safeParse(event.requestContext.authorizer);
  if (!parsed.success) return undefined;
  const { merchantId, keyId, scopes: granted } = parsed.data.lambda;
  const words = new Set(granted.split(' '));
  return { merchantId, keyId, scopes: scopes.filter((scope) => words.has(scope)) };
}

/**
 * The gateway caches the authorizer's answer across routes, so each route checks its own scope.
 * @throws AppError Forbidden
 */
export function requireScope(event: ApiEvent, scope: Scope): Caller {
  const caller = readCaller(event);
  if (caller === undefined) throw new AppError('Forbidden', 'the request carries no authenticated caller: send an API key');
  if (!caller.scopes.includes(scope)) throw new AppError('Forbidden', `the API key lacks the scope ${scope}: use a key that has it`);
  return caller;
}

/** @throws AppError NotFound for what cannot be an id, which therefore names nothing */
export function readParams<S extends z.ZodType>(schema: S, event: ApiEvent): z.output<S> {
  const params = event.pathParameters ?? {};
  if (Object.values(params).some((value) => !idPattern.test(value ?? ''))) throw new AppError('NotFound', 'the path names nothing that exists');
  return parseRequest(schema, params, 'the path does not fit');
}

/** @throws AppError InvalidRequest */
export function readQuery<S extends z.ZodType>(schema: S, event: ApiEvent): z.output<S> {
  // From the raw text, because the gateway joins repeated parameters by a comma, which some values may contain.
  const parameters = new URLSearchParams(event.rawQueryString);
  const names = [...parameters.keys()];
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated.length > 0) throw invalidRequest('the query names a parameter twice', [{ path: repeated[0] ?? '', message: 'stands more than once' }]);
  return parseRequest(schema, Object.fromEntries(parameters), 'the query does not fit; `errors` names each parameter');
}

/** @throws AppError PayloadTooLarge, UnsupportedMediaType, InvalidRequest */
export function readBody<S extends z.ZodType>(schema: S, event: ApiEvent): z.output<S> {
  return parseRequest(schema, readJson(event), 'the body does not fit; `errors` names each field');
}

/** Reads all of a request. The order is a rule: what costs least and tells least comes first. */
export function readRequest<R extends RouteContract>(contract: R, event: ApiEvent) {
  const params: z.output<R['params']> = readParams<R['params']>(contract.params, event);
  const query: z.output<R['query']> = readQuery<R['query']>(contract.query, event);
  const body: z.output<R['body']> = readBody<R['body']>(contract.body, event);
  return { params, query, body, requestId: event.requestContext.requestId };
}

/** @throws AppError PayloadTooLarge */
export function requireSize(body: Buffer): void {
  if (body.length > largestBody) throw new AppError('PayloadTooLarge', 'the body is larger than 256 KiB: send less at once');
}

function readJson(event: ApiEvent): unknown {
  if (event.body === undefined || event.body === '') return undefined;
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  requireSize(bytes);
  requireJson(event.headers['content-type']);
  const value = parseJson(bytes);
  if (isDeeperThan(deepestBody, value)) throw invalidRequest('the body is nested too deeply', [{ path: '', message: 'is nested too deeply' }]);
  return value;
}

/** No content type counts as JSON. */
function requireJson(contentType: string | undefined): void {
  if (contentType === undefined || contentType.trim() === '') return;
  const [mediaType = '', ...parameters] = contentType.toLowerCase().split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length).replaceAll('"', '');
  if (mediaType === 'application/json' && (charset === undefined || charset === 'utf-8' || charset === 'utf8')) return;
  throw new AppError('UnsupportedMediaType', 'the body must be application/json in UTF-8');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Without the cause: V8 quotes the text that it could not parse.
    throw invalidRequest('the body is not JSON', [{ path: '', message: 'must be JSON in UTF-8' }]);
  }
}

function isDeeperThan(limit: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((member) => isDeeperThan(limit - 1, member));
}
