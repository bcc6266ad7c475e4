import * as z from 'zod';
import { balanceResult, identityResult } from '../domain/results.ts';
import { connectionIdInPath, paging, queryInteger } from './fields.ts';
import { defineRoute, noBody } from './route-contract.ts';
import { transactionsResultShape } from './shapes.ts';

export const getResultContract = defineRoute({
  name: 'get-result',
  method: 'GET',
  path: '/v1/jobs/{jobId}/result',
  scope: 'results:read',
  tag: 'Results',
  summary: "Get a completed job's data; transactions page by page",
  params: z.strictObject({ jobId: z.string() }),
  query: z.strictObject(paging),
  body: noBody,
  idempotent: false,
  replies: { 200: { description: 'The result', schema: z.union([balanceResult, transactionsResultShape, identityResult]) } },
});

const newest = {
  method: 'GET',
  scope: 'results:read',
  tag: 'Results',
  params: z.strictObject({ connectionId: connectionIdInPath }),
  query: z.strictObject({ maxAgeSeconds: queryInteger(0, 31_536_000).optional() }),
  body: noBody,
  idempotent: false,
} as const;

export const getNewestBalanceContract = defineRoute({
  ...newest,
  name: 'get-newest-balance',
  path: '/v1/connections/{connectionId}/balance',
  summary: 'Get the newest stored balance',
  replies: { 200: { description: 'The result', schema: balanceResult } },
});

export const getNewestTransactionsContract = defineRoute({
  ...newest,
  name: 'get-newest-transactions',
  path: '/v1/connections/{connectionId}/transactions',
  summary: 'Get the first page of the newest stored transactions',
  query: z.strictObject({ maxAgeSeconds: queryInteger(0, 31_536_000).optional(), limit: paging.limit }),
  replies: { 200: { description: 'The result; its nextCursor is for the result of the job', schema: transactionsResultShape } },
});

export const getNewestIdentityContract = defineRoute({
  ...newest,
  name: 'get-newest-identity',
  path: '/v1/connections/{connectionId}/identity',
  summary: 'Get the newest stored identity',
  replies: { 200: { description: 'The result', schema: identityResult } },
});
