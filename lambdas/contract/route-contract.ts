import * as z from 'zod';
import type { Scope } from '../domain/merchant.ts';

/** One route as the gateway, the handler, the OpenAPI document and the tests see it: there is no second list. */
export interface RouteContract {
  /** Name of the file under `lambdas/api/` that serves it, and the OpenAPI operation id. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{names}` in braces, as API Gateway writes them. */
  readonly path: `/${string}`;
  /** Null where no API key is asked for. */
  readonly scope: Scope | null;
  readonly tag: 'System' | 'Users' | 'Widget' | 'Connections' | 'Jobs' | 'Results' | 'Events';
  readonly summary: string;
  /** What a caller must know beyond the summary. */
  readonly description?: string;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  /** `noBody` where there is nothing to send. */
  readonly body: z.ZodType;
  /** Whether `Idempotency-Key` makes a repeat answer the same. */
  readonly idempotent: boolean;
  /** Status -> what the reply carries. Problems are common to all routes. */
  readonly replies: Readonly<Record<number, { readonly description: string; readonly schema: z.ZodType }>>;
}

/** Keeps the exact schema types of one route, so that its handler sees them. */
export function defineRoute<const R extends RouteContract>(route: R): R {
  return route;
}

/** For routes without path parameters or without a query: an unknown one is refused. */
export const nothing = z.strictObject({});
/** Routes that only read: some clients send `{}` with everything, so that much is let through. */
export const noBody = z.strictObject({}).optional();
/** A reply without a body: 204. */
export const noContent = z.undefined();
/** `resume` and its like take no body or `{}`. */
export const emptyBody = z.strictObject({}).optional();

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
