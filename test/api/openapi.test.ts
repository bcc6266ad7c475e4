import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { errorCodes, nextActions } from '../../lambdas/domain/errors.ts';
import { noBody, type RouteContract } from '../../lambdas/contract/route-contract.ts';
import { routes } from '../../lambdas/contract/routes.ts';
import { version } from '../../lambdas/runtime/version.ts';
import { differences } from '../support/json-schema.ts';
import { apiRoutes, fillPath, routeExamples, type RouteExample } from '../support/route-examples.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

const reply = z.object({ description: z.string().min(1), content: z.record(z.string(), z.object({ schema: z.looseObject({}) })).optional() });
const operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()).length(1),
  summary: z.string().min(1),
  description: z.string().min(1).optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.object({ in: z.enum(['path', 'query', 'header']), name: z.string(), required: z.boolean().optional(), schema: z.looseObject({}) })).optional(),
  requestBody: z.object({ required: z.boolean().optional(), content: z.object({ 'application/json': z.object({ schema: z.looseObject({}) }) }) }).optional(),
  responses: z.record(z.string(), reply),
});
/** As much of OpenAPI 3.1 as this document uses; anything else in it fails. */
const openapi = z.strictObject({
  openapi: z.literal('3.1.1'),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string(), license: z.object({ name: z.string(), identifier: z.string() }) }),
  servers: z.array(z.object({ url: z.string() })),
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'patch', 'delete']), operation)),
  components: z.strictObject({ schemas: z.record(z.string(), z.looseObject({})), securitySchemes: z.object({ apiKey: z.object({ type: z.literal('http'), scheme: z.literal('bearer') }) }) }),
});

let api: TestApi;
let merchant: TestMerchant;
let examples: ReadonlyMap<string, RouteExample>;
let document: z.infer<typeof openapi>;

beforeAll(async () => {
  api = await startApi();
  merchant = await api.newMerchant();
  examples = await routeExamples(api, merchant);
  document = openapi.parse((await api.call('GET', '/v1/openapi.json')).body);
});
afterAll(() => api.stop());

const named = (list: readonly RouteContract[]) => list.map((route) => ({ route, name: `${route.method} ${route.path}` }));
const operationOf = (route: RouteContract) => {
  const found = Object.entries(document.paths[route.path] ?? {}).find(([method]) => method === route.method.toLowerCase())?.[1];
  if (found === undefined) throw new Error(`${route.name} is not in the document`);
  return found;
};

describe('GET /v1/openapi.json', () => {
  it('names every route of the contract and no other', () => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(documented.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('is of the version that package.json names', () => {
    const { version: packaged } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect([document.info.version, version]).toEqual([packaged, packaged]);
  });

  it('resolves every reference and names every shape of api.md', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => String(name));
    expect(references.length).toBeGreaterThan(20);
    expect([...new Set(references)].filter((name) => document.components.schemas[name] === undefined)).toEqual([]);
    const shapes = ['User', 'WidgetToken', 'Connection', 'AccountDetails', 'Job', 'BalanceResult', 'TransactionsResult', 'IdentityResult', 'Money', 'Problem'];
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(shapes));
  });

  it('knows every error code and next action', () => {
    expect(document.components.schemas['Problem']).toMatchObject({ properties: { code: { enum: [...errorCodes] }, nextAction: { enum: [...nextActions] } } });
  });

  it.each(named(routes))('describes $name: its scope, parameters, body and replies', ({ route }) => {
    const described = operationOf(route);
    expect(described).toMatchObject({ operationId: route.name, summary: route.summary, tags: [route.tag] });
    expect(described.security).toEqual(route.scope === null ? [] : [{ apiKey: [route.scope] }]);

    const names = (place: string) => (described.parameters ?? []).filter((parameter) => parameter.in === place).map(({ name }) => name).sort();
    expect(names('path')).toEqual([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
    expect(names('query')).toEqual(Object.keys((route.query as z.ZodObject).shape).sort());
    expect(names('header').includes('Idempotency-Key')).toBe(route.idempotent);

    expect(described.requestBody !== undefined).toBe(route.body !== noBody);
    expect(described.requestBody?.required ?? false).toBe(!route.body.safeParse(undefined).success);
    expect(Object.keys(described.responses).sort()).toEqual([...Object.keys(route.replies), ...(route.scope === null ? [] : ['401']), 'default'].sort());
    expect(described.responses['default']?.content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } });
  });

  it.each(named(apiRoutes.filter(({ name }) => name !== 'get-openapi')))('describes exactly what $name replies and takes', async ({ route }) => {
    const example = examples.get(route.name);
    if (example === undefined) throw new Error(`no example of ${route.name}`);
    const { status, body } = await api.call(route.method, fillPath(route.path, example.params), { key: merchant.key, body: example.body });
    const described = operationOf(route);
    const replySchema = described.responses[String(status)]?.content?.['application/json']?.schema;
    // A reply without a body is described by none.
    expect(replySchema !== undefined).toBe(status !== 204);
    if (replySchema !== undefined) expect(differences(replySchema, body, document)).toEqual([]);
    if (example.body !== undefined) expect(differences(described.requestBody?.content['application/json'].schema ?? {}, example.body, document)).toEqual([]);
  });

  it('describes exactly what a refusal looks like', async () => {
    const { body } = await api.call('POST', '/v1/users', { key: merchant.key, body: {} });
    expect(differences({ $ref: '#/components/schemas/Problem' }, body, document)).toEqual([]);
  });

  it('would be found out: a field too many, one too few, a wrong type', async () => {
    const { body } = await api.call('GET', '/v1/users', { key: merchant.key, query: { limit: '1' } });
    const schema = { $ref: '#/components/schemas/UserPage' };
    const [user] = body['items'] as Record<string, unknown>[];
    const less = Object.fromEntries(Object.entries(user ?? {}).filter(([name]) => name !== 'email'));
    expect(differences(schema, { ...body, items: [{ ...user, secret: 1 }] }, document)).toEqual(['items.0.secret is not described']);
    expect(differences(schema, { ...body, items: [less] }, document)).toEqual(['items.0.email is missing']);
    expect(differences(schema, { ...body, nextCursor: 7 }, document)).toEqual(['nextCursor fits no form']);
  });

  it('lets replies gain fields, and requests none', () => {
    expect(document.components.schemas['User']).not.toHaveProperty('additionalProperties');
    const create = routes.find(({ name }) => name === 'create-user');
    if (create === undefined) throw new Error('create-user is gone');
    expect(operationOf(create).requestBody?.content['application/json'].schema).toMatchObject({ additionalProperties: false });
  });
});
