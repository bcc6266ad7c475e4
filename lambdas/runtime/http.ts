import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import type { Reply, RouteContract } from '../contract/route-contract.ts';
import type { Caller, Scope } from '../domain/merchant.ts';
import type { Clock, IdempotencyKey, KeptReply } from '../ports.ts';
import { answer, type Answer } from './http-answer.ts';
import { readCaller, readRequest, requireScope, type ApiEvent } from './http-request.ts';
import { keptReply, readIdempotencyKey, runOnce, type Idempotency } from './idempotency.ts';
import { createLog, describeError, type Log } from './logger.ts';
import { once } from './once.ts';
import { asAppError, problemAnswer } from './problem.ts';
import { systemClock } from './system-clock.ts';

export interface ApiResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type ApiHandler = (event: ApiEvent, context: Context) => Promise<ApiResult>;

/** What the edge itself needs; tests hand in their own. */
export interface Edge {
  readonly clock: Clock;
  readonly log: Log;
}

/** A request as a handler sees it: parsed by the route's contract, from a caller who has the scope. */
export interface RouteRequest<R extends RouteContract> {
  readonly caller: Caller;
  readonly params: z.output<R['params']>;
  readonly query: z.output<R['query']>;
  readonly body: z.output<R['body']>;
  readonly requestId: string;
}

/** A request's `Idempotency-Key`, for use cases that keep the reply in the transaction that does the work. */
export interface KeyInUse {
  /** The record of a reply, as a repeat of the request will get it. */
  kept(reply: Reply): KeptReply;
}

export interface IdempotentReply extends Reply {
  /** True when the use case has stored the reply under the request's key itself. */
  readonly kept?: boolean;
}

type Scoped = RouteContract & { readonly scope: Scope };
/** Binds a route to what it runs on. Dependencies load at the first call, so importing a handler file has no side effect. */
type Bind<D> = (load: () => D, edge?: Edge) => ApiHandler;

/** A route for callers with the contract's scope whose repeats are harmless or fresh by intent. */
export function route<const R extends Scoped & { readonly idempotent: false }, D>(
  contract: R,
  run: (deps: D, request: RouteRequest<R>) => Promise<Reply>,
): Bind<D> {
  return (load, edge = edgeOf(contract.name)) => {
    const deps = once(load);
    return serve(contract.name, edge, async (event) => {
      const caller = requireScope(event, contract.scope);
      const request = readRequest(contract, event);
      return answer(contract, await run(deps(), { caller, ...request }));
    });
  };
}

/** A route whose repeats under one `Idempotency-Key` answer the same. */
export function idempotentRoute<const R extends Scoped & { readonly idempotent: true }, D>(
  contract: R,
  run: (deps: D, request: RouteRequest<R> & { readonly idempotency: KeyInUse | undefined }) => Promise<IdempotentReply>,
  /** Called with the reply that a repeat gets. */
  replayed: (deps: D, caller: Caller, answer: Answer) => Promise<void> = async () => {},
): Bind<D & Idempotency> {
  return (load, edge = edgeOf(contract.name)) => {
    const deps = once(load);
    return serve(contract.name, edge, async (event, context) => {
      const caller = requireScope(event, contract.scope);
      const request = readRequest(contract, event);
      const { params, query, body, requestId } = request;
      const name = readIdempotencyKey(event.headers['idempotency-key']);
      if (name === undefined) return answer(contract, await run(deps(), { caller, ...request, idempotency: undefined }));

      const now = edge.clock.now();
      const path = actualPath(contract.path, params);
      const key: IdempotencyKey = { merchantId: caller.merchantId, name: `${contract.method} ${path} ${name}`, holder: requestId };
      const inUse: KeyInUse = { kept: (reply) => keptReply({ key, now }, answer(contract, reply)) };
      const lockMs = Math.max(1, context.getRemainingTimeInMillis());
      const content = { method: contract.method, path, query, body };
      const { idempotency, secrets } = deps();
      const result = await runOnce({ idempotency, secrets, log: edge.log }, { key, content, requestId, now, lockMs }, async () => {
        const { kept = false, ...reply } = await run(deps(), { caller, ...request, idempotency: inUse });
        return { answer: answer(contract, reply), kept };
      });
      if (result.replayed) await replayed(deps(), caller, result.answer);
      return result.answer;
    });
  };
}

/** A route that asks for no API key. */
export function openRoute(contract: RouteContract & { readonly scope: null }, run: () => Promise<Reply>) {
  return (edge: Edge = edgeOf(contract.name)): ApiHandler =>
    serve(contract.name, edge, async (event) => {
      readRequest(contract, event);
      return answer(contract, await run());
    });
}

/** The edge that all functions behind the gateway share: failures become problems, headers are set, one line is logged. */
export function serve(name: string, edge: Edge, work: (event: ApiEvent, context: Context) => Promise<Answer>): ApiHandler {
  const started = new WeakMap<ApiEvent, number>();
  return middy<ApiEvent, ApiResult>({ timeoutEarlyInMillis: 200 })
    .before(({ event }) => {
      started.set(event, edge.clock.now().getTime());
    })
    .onError((request) => {
      const failure = asAppError(request.error);
      request.response = toResult(problemAnswer(failure, request.event.requestContext.requestId), request.event);
      logAnswer(name, edge, request.event, started.get(request.event), request.response, failure);
    })
    .handler(async (event, context) => {
      const result = toResult(await work(event, context), event);
      logAnswer(name, edge, event, started.get(event), result);
      return result;
    });
}

function toResult({ status, headers, body }: Answer, event: ApiEvent): ApiResult {
  return {
    statusCode: status,
    headers: { ...headers, 'x-request-id': event.requestContext.requestId, 'cache-control': 'no-store' },
    body,
  };
}

function logAnswer(name: string, edge: Edge, event: ApiEvent, startedAt: number | undefined, result: ApiResult, failure?: ReturnType<typeof asAppError>): void {
  const now = edge.clock.now().getTime();
  const fields = {
    route: name,
    status: result.statusCode,
    code: failure?.code,
    upstreamCode: failure?.details.upstreamCode,
    requestId: event.requestContext.requestId,
    merchantId: readCaller(event)?.merchantId,
    keyId: readCaller(event)?.keyId,
    replayed: result.headers['idempotent-replayed'] === 'true' ? true : undefined,
    durationMs: now - (startedAt ?? now),
  };
  if (failure === undefined || result.statusCode < 500) edge.log.info('answered', fields);
  else edge.log.error('failed', { ...fields, reason: failure.message, ...describeError(failure.cause ?? failure) });
}

/** The path with this request's ids in it, each in its one normal form. */
function actualPath(template: string, params: unknown): string {
  const ids = new Map(Object.entries(params ?? {}));
  return template.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(ids.get(name)));
}

/** The real clock, and a log under the name of the function. */
export function edgeOf(name: string): Edge {
  return { clock: systemClock, log: createLog(name) };
}
