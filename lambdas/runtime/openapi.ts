import * as z from 'zod';
import { createDocument, type CreateDocumentOptions, type ZodOpenApiObject, type ZodOpenApiOperationObject, type ZodOpenApiParameters, type ZodOpenApiPathsObject, type ZodOpenApiResponseObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { noBody, noContent, type RouteContract } from '../contract/route-contract.ts';
import { routes } from '../contract/routes.ts';
import { problemShape } from '../contract/shapes.ts';
import { once } from './once.ts';
import { version } from './version.ts';

const json = 'application/json';
const problemJson = 'application/problem+json';

const requestId = z.string().meta({ description: 'Names this request in our logs' });
const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/)
  .optional()
  .meta({ description: 'The same key with the same request answers the same within 24 hours, without a second upstream call' });
const replayed = z.literal('true').optional().meta({ description: 'Set when the reply is the one that an earlier request with this key got' });
const retryAfter = z.string().optional().meta({ description: 'Seconds after which a retryable request may succeed' });
const tooManyWait = z.string().optional().meta({ description: 'Set when the job is answered at once although it was to be waited for, because too many callers of the merchant wait: seconds after which to ask again' });
const location = z.string().meta({ description: 'Where to follow what was accepted' });
const signature = z.string().meta({ description: '`sha256=` and the hex HMAC-SHA256 of the raw body under the webhook secret' });

/** The OpenAPI 3.1 document of this deployment, made from the schemas that requests and replies are held to. */
export const openapiDocument = once((): Record<string, unknown> => {
  const description: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: {
      title: 'aerobridge',
      version,
      description: "Links a person's bank through Aeropay and Aerosync, and pulls balances, transactions and identity from it. Server to server only.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This deployment' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: paths(),
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `ab_<stage>_<random>`. The words beside it are the scopes that the key needs.' } },
    },
  };
  return { ...createDocument(description, { override: allowNewFields }) };
});

/** Replies may gain fields within v1, so no client may refuse one that it does not know. */
const allowNewFields: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema, io }) => {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};

function paths(): ZodOpenApiPathsObject {
  const found = new Map<string, Record<string, ZodOpenApiOperationObject>>();
  for (const route of routes) found.set(route.path, { ...found.get(route.path), [route.method.toLowerCase()]: operation(route) });
  return Object.fromEntries(found);
}

function operation(route: RouteContract): ZodOpenApiOperationObject {
  return {
    operationId: route.name,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security: route.scope === null ? [] : [{ apiKey: [route.scope] }],
    requestParams: parameters(route),
    ...(route.body === noBody ? {} : { requestBody: { required: !route.body.safeParse(undefined).success, content: { [json]: { schema: route.body } } } }),
    responses: responses(route),
  };
}

function parameters(route: RouteContract): ZodOpenApiParameters {
  const headers = {
    ...(route.idempotent ? { 'Idempotency-Key': idempotencyKey } : {}),
    ...(route.path.startsWith('/webhooks/') ? { 'X-Webhook-Signature': signature } : {}),
  };
  return {
    ...(route.params instanceof z.ZodObject ? { path: route.params } : {}),
    ...(route.query instanceof z.ZodObject ? { query: route.query } : {}),
    header: z.object(headers),
  };
}

function responses(route: RouteContract): ZodOpenApiResponsesObject {
  const promised = Object.entries(route.replies).map(([status, { description, schema }]): [string, ZodOpenApiResponseObject] => [
    status,
    {
      description,
      headers: z.object({ 'x-request-id': requestId, ...(route.idempotent ? { 'idempotent-replayed': replayed } : {}), ...(status === '202' && ['start-job', 'redrive-job'].includes(route.name) ? { location } : {}), ...(route.name === 'get-job' ? { 'retry-after': tooManyWait } : {}) }),
      ...(schema === noContent ? {} : { content: { [json]: { schema } } }),
    },
  ]);
  if (route.scope !== null) promised.push(['401', { description: 'No API key. Answered by the gateway itself, which also answers 403 to an unknown, expired or revoked key' }]);
  const failure = { description: 'Any failure', headers: z.object({ 'x-request-id': requestId, 'retry-after': retryAfter }), content: { [problemJson]: { schema: problemShape } } };
  return { ...Object.fromEntries(promised), default: failure };
}
