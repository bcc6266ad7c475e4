import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { completedJobs, linkBank, startJob } from '../support/api-world.ts';
import { startApi, type ApiReply, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;
let connectionId: string;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  merchant = await api.newMerchant();
  connectionId = (await linkBank(api, merchant)).connectionId;
});

const get = (path: string, query: Record<string, string> = {}) => api.call('GET', path, { key: merchant.key, query });
const resultOf = (jobId: string, query: Record<string, string> = {}) => get(`/v1/jobs/${jobId}/result`, query);
const newest = (kind: string, query: Record<string, string> = {}) => get(`/v1/connections/${connectionId}/${kind}`, query);
const ids = (reply: ApiReply) => (reply.body['items'] as { id: string }[]).map(({ id }) => id);

describe('GET /v1/jobs/{jobId}/result', () => {
  it('answers what each kind of job brought', async () => {
    const done = await completedJobs(api, merchant, connectionId);
    const asOf = api.clock.now().toISOString();
    expect((await resultOf(done.balance)).body).toEqual({ type: 'balance', jobId: done.balance, connectionId, asOf, available: { amountMinor: 312425, currency: 'USD' }, current: null });
    expect((await resultOf(done.identity)).body).toEqual({ type: 'identity', jobId: done.identity, connectionId, asOf, accountHolderName: 'Jane Doe', email: null, phone: null, address: null });
    const { body } = await resultOf(done.transactions);
    expect(body).toMatchObject({ type: 'transactions', jobId: done.transactions, connectionId, asOf, startDate: '2025-12-02', endDate: '2026-03-02', nextCursor: null });
    expect((body['items'] as unknown[])[0]).toEqual({ id: 'TRN-0', date: '2026-02-01', type: 'debit', amount: { amountMinor: 100, currency: 'USD' }, description: 'Coffee', category: 'Food and Dining', subcategory: null });
  });

  it.each([undefined, '500', '37'])('hands out 1,234 transactions in pages of %s, each once and in order', async (limit) => {
    const done = await completedJobs(api, merchant, connectionId, 1234);
    const seen: string[] = [];
    const sizes: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await resultOf(done.transactions, { ...(limit === undefined ? {} : { limit }), ...(cursor === null ? {} : { cursor }) });
      sizes.push(ids(page).length);
      seen.push(...ids(page));
      cursor = page.body['nextCursor'] as string | null;
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 1234 }, (_, place) => `TRN-${place}`));
    expect(Math.max(...sizes)).toBe(Number(limit ?? 100));
  });

  it('binds its cursor to the job', async () => {
    const done = await completedJobs(api, merchant, connectionId, 5);
    const cursor = String((await resultOf(done.transactions, { limit: '2' })).body['nextCursor']);
    const elsewhere = await linkBank(api, merchant);
    const others = await completedJobs(api, merchant, elsewhere.connectionId, 5);
    expect(await resultOf(done.transactions, { cursor, limit: '3' })).toMatchObject({ status: 200, body: { nextCursor: null } });
    for (const jobId of [others.transactions, done.balance]) {
      expect(await resultOf(jobId, { cursor })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'cursor' }] } });
    }
  });

  it.each(['queued', 'running', 'awaiting_mfa', 'fetching', 'failed', 'expired', 'canceled'] as const)('answers Conflict while the job is %s', async (status) => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob({ merchantId: merchant.merchantId, jobId: String(id) }, { status });
    expect(await resultOf(String(id))).toMatchObject({ status: 409, body: { code: 'Conflict' } });
  });

  it('answers ResultExpired once the retention is over, to the second', async () => {
    const done = await completedJobs(api, merchant, connectionId);
    api.clock.advance(7 * 86_400 - 1);
    expect(await resultOf(done.transactions)).toMatchObject({ status: 200 });
    api.clock.advance(1);
    for (const jobId of Object.values(done)) expect(await resultOf(jobId)).toMatchObject({ status: 410, body: { code: 'ResultExpired', nextAction: 'start_again' } });
  });

  it('answers NotFound when the result was removed before its time, and for an unknown job', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob({ merchantId: merchant.merchantId, jobId: String(id) }, { status: 'completed', resultExpiresAt: '2027-01-01T00:00:00.000Z' });
    for (const jobId of [String(id), 'job_0']) expect(await resultOf(jobId)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });
});

describe('GET /v1/connections/{connectionId}/{balance|transactions|identity}', () => {
  it('answers the newest result of each kind', async () => {
    await completedJobs(api, merchant, connectionId);
    api.clock.advance(60);
    const done = await completedJobs(api, merchant, connectionId);
    for (const kind of ['balance', 'transactions', 'identity'] as const) {
      expect(await newest(kind)).toMatchObject({ status: 200, body: { type: kind, jobId: done[kind], connectionId } });
    }
  });

  it("hands out a cursor for the job's result", async () => {
    const done = await completedJobs(api, merchant, connectionId, 5);
    const first = await newest('transactions', { limit: '2' });
    expect(ids(first)).toEqual(['TRN-0', 'TRN-1']);
    const rest = await resultOf(done.transactions, { cursor: String(first.body['nextCursor']) });
    expect(ids(rest)).toEqual(['TRN-2', 'TRN-3', 'TRN-4']);
  });

  it('answers NotFound for a kind that no job has brought', async () => {
    for (const kind of ['balance', 'transactions', 'identity']) expect(await newest(kind)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });

  it("counts maxAgeSeconds from the job's completedAt", async () => {
    await completedJobs(api, merchant, connectionId);
    expect(await newest('balance', { maxAgeSeconds: '0' })).toMatchObject({ status: 200 });
    api.clock.advance(60);
    expect(await newest('balance', { maxAgeSeconds: '60' })).toMatchObject({ status: 200 });
    api.clock.advance(1);
    for (const kind of ['balance', 'transactions', 'identity']) {
      expect(await newest(kind, { maxAgeSeconds: '60' })).toMatchObject({ status: 404, body: { code: 'NotFound' } });
      expect(await newest(kind, { maxAgeSeconds: '31536000' })).toMatchObject({ status: 200 });
    }
  });

  it('answers NotFound once the retention is over', async () => {
    await completedJobs(api, merchant, connectionId);
    api.clock.advance(7 * 86_400);
    for (const kind of ['balance', 'transactions', 'identity']) expect(await newest(kind)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });

  it.each(['-1', '31536001', '1.5', 'x', ''])('refuses maxAgeSeconds=%s', async (maxAgeSeconds) => {
    for (const kind of ['balance', 'transactions', 'identity']) {
      expect(await newest(kind, { maxAgeSeconds })).toMatchObject({ status: 400, body: { errors: [{ path: 'maxAgeSeconds' }] } });
    }
  });
});
