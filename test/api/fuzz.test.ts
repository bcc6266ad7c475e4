import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemShape } from '../../lambdas/contract/shapes.ts';
import { apiRoutes, fillPath, routeExamples, type RouteExample } from '../support/route-examples.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

/** Requests per route; the long run sets more. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 500);

let api: TestApi;
let merchant: TestMerchant;
let examples: ReadonlyMap<string, RouteExample>;

beforeAll(async () => {
  api = await startApi();
  merchant = await api.newMerchant();
  examples = await routeExamples(api, merchant);
});
afterAll(() => api.stop());

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', '\0', '__proto__', '../..', '%00', '٣', '1e400', '-0', '9'.repeat(400)));

/** A good request with one thing about it that may be anything. */
function hostile({ body, params }: RouteExample) {
  const json = fc.jsonValue({ maxDepth: 4 });
  const fields = Object.keys(body ?? {});
  return fc.record({
    body: fc.oneof(
      fc.constant(body),
      json.map((value) => JSON.stringify(value)),
      text,
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      ...fields.map((field) => fc.oneof(json, text).map((value) => ({ ...body, [field]: value }))),
      text.chain((name) => json.map((value) => ({ ...body, [name]: value }))),
    ),
    query: fc.oneof(fc.constant(''), text.map((value) => value.replace(/[#\s]/g, '')), fc.dictionary(fc.oneof(text, fc.constantFrom('limit', 'cursor', 'after', 'status', 'userId', 'maxAgeSeconds', 'createdAfter')), text, { maxKeys: 3 })),
    headers: fc.dictionary(fc.constantFrom('content-type', 'idempotency-key', 'accept', 'x-unknown'), text, { maxKeys: 2 }),
    params: fc.oneof(fc.constant(params), text.map((value) => Object.fromEntries(Object.keys(params).map((name) => [name, value || 'x'])))),
  });
}

describe('a request of any kind', () => {
  it.each(apiRoutes.map((route) => ({ route, name: `${route.method} ${route.path}` })))('is answered by $name as the contract promises or as a problem, never by a fault of ours', async ({ route }) => {
    const example = examples.get(route.name);
    if (example === undefined) throw new Error(`no example of ${route.name}`);
    await fc.assert(
      fc.asyncProperty(hostile(example), async ({ body, query, headers, params }) => {
        const context = { merchantId: merchant.merchantId, keyId: 'key_1', scopes: route.scope ?? '' };
        const reply = await api.invoke(route.name, route.method, fillPath(route.path, params), params, context, { body, query, headers });
        expect(reply.status).toBeLessThan(500);
        if (reply.status >= 400) {
          expect(problemShape.strict().parse(reply.body)).toMatchObject({ status: reply.status });
          expect(reply.headers['content-type']).toBe('application/problem+json');
        } else {
          expect(Object.keys(route.replies)).toContain(String(reply.status));
        }
      }),
      { numRuns: runs },
    );
  }, 600_000);
});
