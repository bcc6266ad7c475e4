import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBody } from '../../lambdas/contract/route-contract.ts';
import { problemShape } from '../../lambdas/contract/shapes.ts';
import { apiRoutes, fillPath, routeExamples, scopedRoutes, type RouteExample } from '../support/route-examples.ts';
import { startApi, type ApiReply, type ApiRequest, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;
let examples: ReadonlyMap<string, RouteExample>;

beforeAll(async () => {
  api = await startApi();
  merchant = await api.newMerchant();
  examples = await routeExamples(api, merchant);
});
afterAll(() => api.stop());

const named = (routes: typeof apiRoutes) => routes.map((route) => ({ route, name: `${route.method} ${route.path}` }));
const withBody = apiRoutes.filter(({ body }) => body !== noBody);
const withoutFields = apiRoutes.filter(({ body }) => body === noBody || body.safeParse({}).success);
const withFields = withBody.filter((route) => !withoutFields.includes(route));
const idempotent = apiRoutes.filter((route) => route.idempotent);
/** The widget's payload is upstream's to extend. */
const strict = withFields.filter(({ name }) => name !== 'save-connections');

function exampleOf(name: string): RouteExample {
  const example = examples.get(name);
  if (example === undefined) throw new Error(`route-examples.ts has no request for ${name}`);
  return example;
}

function send(route: (typeof apiRoutes)[number], request: ApiRequest = {}): Promise<ApiReply> {
  const { params, body } = exampleOf(route.name);
  return api.call(route.method, fillPath(route.path, params), { key: merchant.key, body, ...request });
}

/** Sends a request that must be refused as a problem, with nothing stored and nothing asked upstream. */
async function refused(route: (typeof apiRoutes)[number], request: ApiRequest): Promise<ApiReply> {
  const before = { stored: await api.stored(), calls: api.upstream.calls.length };
  const reply = await send(route, request);
  expect(problemShape.parse(reply.body)).toMatchObject({ status: reply.status, requestId: reply.headers['x-request-id'] });
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect({ stored: await api.stored(), calls: api.upstream.calls.length }).toEqual(before);
  return reply;
}

function errorPaths(reply: ApiReply): string[] {
  return (problemShape.parse(reply.body).errors ?? []).map(({ path }) => path);
}

describe('bad input', () => {
  it.each(named(withBody))('$name refuses a body that is not JSON, with one error whose path is empty', async ({ route }) => {
    for (const body of ['{"externalId":', 'plain words', '"', Buffer.from('{"externalId":"\u00ff"}', 'latin1')]) {
      const reply = await refused(route, { body });
      expect(reply.body).toMatchObject({ status: 400, code: 'InvalidRequest', errors: [{ path: '' }] });
      expect(reply.body['errors']).toHaveLength(1);
    }
  });

  it.each(named(withFields))('$name refuses a missing body', async ({ route }) => {
    for (const body of [undefined, '']) expect(await refused(route, { body })).toMatchObject({ status: 400, body: { code: 'InvalidRequest' } });
  });

  it.each(named(withBody))('$name refuses a body that is no object', async ({ route }) => {
    for (const body of ['null', '[]', '"text"', '7', 'true']) expect(await refused(route, { body })).toMatchObject({ status: 400, body: { code: 'InvalidRequest' } });
  });

  it.each(named(withFields))('$name names each field of a wrong type and shows no value', async ({ route }) => {
    const fields = Object.keys(exampleOf(route.name).body ?? {});
    for (const wrong of [7331, { canary: 'canary-7331' }, ['canary-7331'], null]) {
      const body = Object.fromEntries(fields.map((field) => [field, wrong]));
      // A widget's error may be an object of any shape.
      if (route.name === 'explain-error' && typeof wrong === 'object' && wrong !== null && !Array.isArray(wrong)) continue;
      const reply = await refused(route, { body });
      expect(reply).toMatchObject({ status: 400, body: { code: 'InvalidRequest' } });
      expect(errorPaths(reply)).toEqual(expect.arrayContaining(fields));
      expect(JSON.stringify(reply.body)).not.toContain('7331');
    }
  });

  it.each(named(strict))('$name refuses a field that it does not know', async ({ route }) => {
    const { body } = exampleOf(route.name);
    const reply = await refused(route, { body: { ...body, surprise: 'canary-7331' } });
    expect(reply).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'surprise' }] } });
    expect(JSON.stringify(reply.body)).not.toContain('7331');
  });

  it.each(named(withoutFields))('$name refuses any field', async ({ route }) => {
    expect(await refused(route, { body: { surprise: 1 } })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'surprise' }] } });
  });

  it.each(named(apiRoutes))('$name refuses another content type', async ({ route }) => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'application/jsonp', 'application/xml']) {
      expect(await refused(route, { body: '{}', headers: { 'content-type': type } })).toMatchObject({ status: 415, body: { code: 'UnsupportedMediaType' } });
    }
  });

  it.each(named(apiRoutes))('$name refuses a body of more than 256 KiB', async ({ route }) => {
    const body = Buffer.alloc(256 * 1024 + 1, ' ');
    expect(await refused(route, { body: body.toString() })).toMatchObject({ status: 413, body: { code: 'PayloadTooLarge' } });
    expect(await refused(route, { body })).toMatchObject({ status: 413, body: { code: 'PayloadTooLarge' } });
  });

  it.each(named(apiRoutes))('$name refuses a query parameter that it does not know, or that stands twice', async ({ route }) => {
    expect(await refused(route, { query: { surprise: 'canary-7331' } })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'surprise' }] } });
    expect(await refused(route, { query: 'limit=1&limit=2' })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'limit' }] } });
  });

  const lists = ['list-users', 'list-connections', 'list-user-connections', 'list-jobs', 'list-connection-jobs', 'get-result'];
  it.each(named(apiRoutes.filter(({ name }) => lists.includes(name))))('$name refuses a cursor that is not its own, and a limit out of bounds', async ({ route }) => {
    for (const cursor of ['x', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'ä', '%00']) {
      expect(await refused(route, { query: { cursor } })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'cursor' }] } });
    }
    for (const limit of ['0', '501', '-1', '1e2', ' 5', '', '5.0']) {
      expect(await refused(route, { query: { limit } })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'limit' }] } });
    }
  });

  it.each(named(idempotent))('$name refuses an idempotency key that is not 1 to 255 visible ASCII characters', async ({ route }) => {
    for (const key of ['', ' ', 'a b', 'ä', 'a'.repeat(256)]) {
      const reply = await refused(route, { headers: { 'Idempotency-Key': key } });
      expect(reply).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'Idempotency-Key' }] } });
    }
  });

  it.each(named(apiRoutes.filter(({ path }) => path.includes('{'))))('$name answers NotFound to what cannot be an id', async ({ route }) => {
    for (const id of ['a#b', '..', 'x'.repeat(65), 'x'.repeat(5000), 'a b', "a'--", 'ä']) {
      const params = Object.fromEntries(Object.keys(exampleOf(route.name).params).map((name) => [name, encodeURIComponent(id)]));
      const reply = await api.call(route.method, fillPath(route.path, params), { key: merchant.key, body: exampleOf(route.name).body });
      expect(reply).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    }
  });

  it('refuses JSON that is nested without end, and survives names that belong to every object', async () => {
    const route = apiRoutes.find(({ name }) => name === 'save-connections');
    if (route === undefined) throw new Error('save-connections is gone');
    expect(await refused(route, { body: `{"connectionId":"x","deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}` })).toMatchObject({ status: 400, body: { errors: [{ path: '' }] } });
    expect(await refused(route, { body: '{"__proto__":{"connectionId":"x"},"constructor":1}' })).toMatchObject({ status: 400 });
  });

  it('names fifty fields at most, each shortened', async () => {
    const route = apiRoutes.find(({ name }) => name === 'create-user');
    if (route === undefined) throw new Error('create-user is gone');
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${index}-${'x'.repeat(400)}`, 1]));
    const reply = await refused(route, { body });
    expect(reply.body['errors']).toHaveLength(50);
    expect(JSON.stringify(reply.body).length).toBeLessThan(16_000);
  });
});

describe('scopes', () => {
  it.each(named(scopedRoutes))('$name refuses a key without its scope, one with all others, and a missing caller', async ({ route }) => {
    const { scope } = route;
    if (scope === null) throw new Error('a scoped route has a scope');
    const noScope = await api.newKey({ id: merchant.merchantId }, []);
    const allOthers = await api.newKey({ id: merchant.merchantId }, [...new Set(scopedRoutes.flatMap((other) => (other.scope === null || other.scope === scope ? [] : [other.scope])))]);
    for (const key of [noScope, allOthers]) expect(await refused(route, { key })).toMatchObject({ status: 403, body: { code: 'Forbidden', nextAction: 'check_credentials' } });

    const { params, body } = exampleOf(route.name);
    for (const context of [undefined, {}, { merchantId: merchant.merchantId, keyId: 'key_1' }, { merchantId: '', keyId: '', scopes: scope }]) {
      const reply = await api.invoke(route.name, route.method, fillPath(route.path, params), { ...params }, context, { body });
      expect(reply).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    }
  });

  it.each(named(scopedRoutes))('$name refuses for want of scope before it looks at the request', async ({ route }) => {
    const key = await api.newKey({ id: merchant.merchantId }, []);
    expect(await refused(route, { key, body: 'not JSON', query: { surprise: '1' } })).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
  });
});

describe('every route', () => {
  it.each(named(apiRoutes))('$name answers what its contract promises to a key with its scope only', async ({ route }) => {
    const key = route.scope === null ? undefined : await api.newKey({ id: merchant.merchantId }, [route.scope]);
    const reply = await send(route, { key });
    expect({ route: route.name, status: reply.status, body: reply.body }).toMatchObject({ status: exampleOf(route.name).status });
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': expect.stringMatching(/.+/) as string });
    expect(reply.headers['content-type']).toBe(reply.status === 204 ? undefined : 'application/json');
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it.each(named(withoutFields))('$name takes no body, an empty one, or {}', async ({ route }) => {
    for (const body of [undefined, '', '{}', ' {} ']) {
      const reply = await send(route, { body });
      expect(reply.body['code']).not.toBe('InvalidRequest');
    }
  });

  it('counts a body without content type, and one with a charset, as JSON', async () => {
    const route = apiRoutes.find(({ name }) => name === 'issue-widget-token');
    if (route === undefined) throw new Error('issue-widget-token is gone');
    for (const headers of [{}, { 'content-type': '' }, { 'content-type': 'application/json' }, { 'Content-Type': 'Application/JSON; charset="UTF-8"' }]) {
      expect(await send(route, { headers })).toMatchObject({ status: 201 });
    }
    expect(await send(route, { body: Buffer.from('{"purpose":"link"}') })).toMatchObject({ status: 201 });
  });

  it('answers NotFound as a problem for unknown paths and methods', async () => {
    for (const [method, path] of [['GET', '/'], ['GET', '/v2/users'], ['DELETE', '/health'], ['PUT', '/v1/users']] as const) {
      const reply = await api.call(method, path, { key: merchant.key });
      expect(reply).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' }, body: { code: 'NotFound', type: 'urn:aerobridge:error:NotFound', nextAction: 'fix_request', retryable: false } });
    }
  });
});
