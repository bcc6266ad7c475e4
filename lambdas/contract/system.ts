import * as z from 'zod';
import { defineRoute, noBody, nothing } from './route-contract.ts';

const open = { method: 'GET', scope: null, tag: 'System', params: nothing, query: nothing, body: noBody, idempotent: false } as const;

export const getHealthContract = defineRoute({
  ...open,
  name: 'get-health',
  path: '/health',
  summary: 'Say that the deployment answers',
  replies: { 200: { description: 'It does', schema: z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' }) } },
});

export const getOpenapiContract = defineRoute({
  ...open,
  name: 'get-openapi',
  path: '/v1/openapi.json',
  summary: 'Get this document',
  replies: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({}) } },
});

export const receiveAerosyncWebhookContract = defineRoute({
  name: 'receive-aerosync-webhook',
  method: 'POST',
  path: '/webhooks/aerosync/{merchantId}',
  scope: null,
  tag: 'System',
  summary: "Receive Aerosync's signed event",
  params: z.strictObject({ merchantId: z.string() }),
  query: nothing,
  body: z.looseObject({}),
  idempotent: false,
  replies: { 200: { description: 'Stored, or counted and left alone', schema: nothing } },
});
