import fc from 'fast-check';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { readWebhook } from '../../lambdas/adapters/aerosync/read-webhook.ts';
import { isSignature, isSigned } from '../../lambdas/adapters/aerosync/verify-signature.ts';
import { receiveAerosyncWebhook, type ReceiveWebhook } from '../../lambdas/webhooks/receive-aerosync-webhook.ts';
import { genuine, mutated, mutationNames, secret, type Delivery } from '../support/mutated-delivery.ts';

/** Promise 9 says how many. */
const deliveries = 100_000;
const previous = 'whsec_before-it-was-rotated-out-0123456789';
const upperCase = (header: string) => `sha256=${header.slice('sha256='.length).toUpperCase()}`;

/** The real handler with the real check and the real reader; everything behind them only counts its calls. */
function receiver() {
  const touched: string[] = [];
  const counted: string[] = [];
  const asked: string[] = [];
  const port = (name: string): never =>
    new Proxy({}, { get: (_target, method) => async () => {
      touched.push(`${name}.${String(method)}`);
      return method === 'recordDelivery' ? { jobId: undefined, isRepeat: false } : undefined;
    } }) as never;
  const deps: ReceiveWebhook = {
    isSignature, isSigned, readWebhook,
    secrets: { webhookSecrets: async (merchantId) => {
      asked.push(merchantId);
      return merchantId === 'mer_1' ? { current: secret, previous } : undefined;
    } },
    counters: { count: (name) => void counted.push(name) },
    clock: { now: () => new Date('2026-03-01T12:00:00Z') },
    jobs: port('jobs'), progress: port('progress'), signals: port('signals'), connections: port('connections'), trust: port('trust'), tokens: port('tokens'),
  };
  const handler = receiveAerosyncWebhook(() => deps);
  return {
    touched, counted, asked,
    receive: ({ body, header }: Delivery, merchantId = 'mer_1') =>
      handler({
        headers: { 'content-type': 'application/json', ...(header !== undefined && { 'x-webhook-signature': header }) },
        body: body.toString('base64'), isBase64Encoded: true, pathParameters: { merchantId }, requestContext: { requestId: 'request-1' },
      } as unknown as APIGatewayProxyEventV2),
  };
}

describe('a delivery that was changed on its way', () => {
  it(`is never taken for signed: 0 of ${deliveries}`, () => {
    const tried = new Map<string, number>();
    let accepted = 0;
    fc.assert(
      fc.property(mutated, ({ name, received }) => {
        tried.set(name, (tried.get(name) ?? 0) + 1);
        if (!isSigned(received.body, received.header, [secret, previous])) return true;
        accepted += 1;
        return false;
      }),
      { numRuns: deliveries },
    );
    expect(accepted).toBe(0);
    expect([...tried.keys()].sort()).toEqual([...mutationNames].sort());
    expect(Math.min(...tried.values())).toBeGreaterThan(deliveries / 100);
  });

  it('that cannot be a signature at all is refused without a look at anybody’s secret', async () => {
    const { receive, asked } = receiver();
    for (const header of [undefined, '', 'sha256=', `sha256=${'0'.repeat(63)}`, `sha1=${'0'.repeat(64)}`]) expect((await receive({ body: Buffer.from('{}'), header })).statusCode).toBe(401);
    expect(asked).toEqual([]);
    await receive({ body: Buffer.from('{}'), header: `sha256=${'0'.repeat(64)}` });
    expect(asked).toEqual(['mer_1']);
  });

  it('that is larger than any delivery is refused unread', async () => {
    const { receive, asked, counted } = receiver();
    const header = `sha256=${'0'.repeat(64)}`;
    expect(await receive({ body: Buffer.alloc(256 * 1024 + 1), header })).toMatchObject({ statusCode: 413 });
    expect([...asked, ...counted]).toEqual([]);
    expect(await receive({ body: Buffer.alloc(256 * 1024), header })).toMatchObject({ statusCode: 401 });
  });

  it('gets the same 401 from the handler, whatever was changed, and touches nothing', async () => {
    const { receive, touched, counted } = receiver();
    const answers = new Set<string>();
    const sample = fc.sample(mutated, 2000);
    for (const { received } of sample) answers.add(JSON.stringify(await receive(received)));
    const [first, ...others] = fc.sample(genuine, 1);
    answers.add(JSON.stringify(await receive(first ?? { body: Buffer.of(), header: undefined }, 'mer_unknown')));

    expect(others).toEqual([]);
    expect(answers.size).toBe(1);
    expect(JSON.parse([...answers][0] ?? '')).toMatchObject({ statusCode: 401 });
    expect(touched).toEqual([]);
    expect(counted).toEqual(Array.from({ length: sample.length + 1 }, () => 'WebhookUnsigned'));
  });
});

describe('a delivery that was not changed', () => {
  it('is taken for signed, each of 20,000, with its digits in either case and under either of two secrets', () => {
    let accepted = 0;
    fc.assert(
      fc.property(genuine, ({ body, header }) => {
        const all = [isSigned(body, header, [secret]), isSigned(body, upperCase(header), [secret]), isSigned(body, header, [previous, secret]), isSigned(body.toString('utf8'), header, [secret])];
        if (!all.every(Boolean)) return false;
        accepted += 1;
        return true;
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBe(20_000);
  });

  it('gets 200 from the handler and is worked on', async () => {
    const { receive, touched, counted } = receiver();
    for (const { body, header } of fc.sample(genuine, 500)) {
      touched.length = 0;
      expect((await receive({ body, header: upperCase(header) })).statusCode).toBe(200);
      expect((await receive({ body, header })).statusCode).toBe(200);
      expect(touched.length + counted.length).toBeGreaterThan(0);
    }
    expect(counted).not.toContain('WebhookUnsigned');
  });
});
