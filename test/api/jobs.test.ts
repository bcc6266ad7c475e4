import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../lambdas/domain/error-catalogue.ts';
import { linkBank, pausedJob, startJob } from '../support/api-world.ts';
import { anAccount, refusing } from '../support/fake-upstream.ts';
import { startApi, type ApiReply, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;
let connectionId: string;
let userId: string;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  merchant = await api.newMerchant();
  const linked = await linkBank(api, merchant);
  connectionId = linked.connectionId;
  userId = String(linked.user['id']);
  api.upstream.reset();
  api.startedExecutions.length = 0;
  api.endedWaits.length = 0;
});

const start = (body: unknown, over: { connectionId?: string } = {}) => api.call('POST', `/v1/connections/${over.connectionId ?? connectionId}/jobs`, { key: merchant.key, body });
const get = (path: string, query: Record<string, string> = {}) => api.call('GET', path, { key: merchant.key, query });
const resume = (jobId: string) => api.call('POST', `/v1/jobs/${jobId}/resume`, { key: merchant.key });
const ids = (reply: ApiReply) => (reply.body['items'] as { id: string }[]).map(({ id }) => id);
const refOf = (jobId: unknown) => ({ merchantId: merchant.merchantId, jobId: String(jobId) });

describe('POST /v1/connections/{connectionId}/jobs', () => {
  it('accepts a job, says where to follow it, and starts one execution', async () => {
    const reply = await start({ type: 'balance', reference: 'loan-7' });
    const jobId = String(reply.body['id']);
    const now = api.clock.now().toISOString();
    expect(reply).toMatchObject({ status: 202, headers: { location: `/v1/jobs/${jobId}` } });
    expect(reply.body).toEqual({
      id: jobId,
      connectionId,
      userId,
      type: 'balance',
      startDate: null,
      endDate: null,
      status: 'queued',
      attempts: 0,
      reference: 'loan-7',
      retryOf: null,
      upstreamJobId: null,
      mfa: null,
      error: null,
      createdAt: now,
      updatedAt: now,
      completedAt: null,
      resultUrl: null,
      resultExpiresAt: null,
    });
    expect(jobId).toMatch(/^job_[0-9a-f]{32}$/);
    expect(api.startedExecutions).toEqual([jobId]);
    expect(api.upstream.calls).toEqual([]);
    expect(await get(`/v1/jobs/${jobId}`)).toMatchObject({ status: 200, body: reply.body });
  });

  it('that no execution can be started for is read, joined and repeated all the same', async () => {
    const start = api.deps.executions.start.bind(api.deps.executions);
    api.deps.executions.start = () => Promise.reject(new Error('throttled'));
    const begin = () => api.call('POST', `/v1/connections/${connectionId}/jobs`, { key: merchant.key, body: { type: 'balance' }, headers: { 'idempotency-key': 'throttled' } });
    const { body } = await begin();
    api.clock.advance(6);
    const path = `/v1/jobs/${String(body['id'])}`;
    const statuses = [(await get(path)).status, (await begin()).status, (await api.call('POST', `/v1/connections/${connectionId}/jobs`, { key: merchant.key, body: { type: 'balance' } })).status];
    api.deps.executions.start = start;
    expect(statuses).toEqual([200, 202, 200]);
    await get(path);
    expect(api.startedExecutions).toEqual([body['id']]);
  });

  it('joins a job of the same type and dates that still runs, and starts another for other dates', async () => {
    const first = await start({ type: 'transactions', startDate: '2026-01-01', endDate: '2026-01-31' });
    const again = await start({ type: 'transactions', startDate: '2026-01-01', endDate: '2026-01-31' });
    expect(again).toMatchObject({ status: 200, body: { id: String(first.body['id']), joined: true } });
    expect(again.headers).not.toHaveProperty('location');
    expect(await get(`/v1/jobs/${String(first.body['id'])}`)).not.toHaveProperty('body.joined');
    expect(await start({ type: 'transactions', startDate: '2026-01-02', endDate: '2026-01-31' })).toMatchObject({ status: 202 });
    expect(await start({ type: 'identity' })).toMatchObject({ status: 202 });
  });

  it('takes the last 90 days for transactions without dates', async () => {
    expect(await start({ type: 'transactions' })).toMatchObject({ status: 202, body: { startDate: '2025-12-02', endDate: '2026-03-02' } });
  });

  it.each([
    [{ type: 'balance', startDate: '2026-01-01' }, ['startDate']],
    [{ type: 'identity', endDate: '2026-01-01' }, ['endDate']],
    [{ type: 'transactions', startDate: '2026-02-01', endDate: '2026-01-01' }, ['startDate']],
    [{ type: 'transactions', startDate: '2026-02-30' }, ['startDate']],
    [{ type: 'transactions', startDate: '2026-2-3' }, ['startDate']],
    [{ type: 'transactions', endDate: '2026-01-01T00:00:00Z' }, ['endDate']],
    [{ type: 'transactions', startDate: '1899-12-31' }, ['startDate']],
    // Ninety days before it lies a year that cannot be written with four digits, nor read back from a table.
    [{ type: 'transactions', endDate: '0000-01-15' }, ['endDate']],
    [{ type: 'everything' }, ['type']],
    [{ type: 'balance', reference: '' }, ['reference']],
    [{ type: 'balance', reference: 'line\nbreak' }, ['reference']],
  ])('refuses %j, with nothing stored and nothing started', async (body, paths) => {
    const before = await api.stored();
    expect(await start(body)).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: paths.map((path) => ({ path })) } });
    expect(await api.stored()).toBe(before);
    expect([...api.startedExecutions, ...api.upstream.calls]).toEqual([]);
  });

  it('refuses a balance of a connection that cannot give one', async () => {
    api.upstream.answerAccount = async () => anAccount({ canFetchBalance: false });
    const manual = await linkBank(api, merchant);
    const before = await api.stored();
    expect(await start({ type: 'balance' }, manual)).toMatchObject({ status: 409, body: { code: 'NotAvailable', nextAction: 'choose_another_account' } });
    expect(await api.stored()).toBe(before);
    expect(api.startedExecutions).toEqual([]);
  });

  it('refuses a connection that is marked and that upstream still calls broken', async () => {
    await api.deps.connections.mark(merchant.merchantId, connectionId, 'reconnect_required', api.clock.now());
    api.clock.advance(61);
    api.upstream.answerAccount = refusing('UserActionRequired', { upstreamCode: 'AC-104' });
    expect(await start({ type: 'balance' })).toMatchObject({ status: 409, body: { code: 'UserActionRequired', nextAction: 'reconnect' } });
    expect(api.startedExecutions).toEqual([]);
    api.clock.advance(61);
    api.upstream.reset();
    expect(await start({ type: 'balance' })).toMatchObject({ status: 202 });
  });

  it('answers NotFound for an unknown connection', async () => {
    expect(await start({ type: 'balance' }, { connectionId: '0'.repeat(32) })).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });
});

describe('GET /v1/jobs/{jobId}', () => {
  it('shows until when the bank waits for the person, only while it does', async () => {
    const jobId = await pausedJob(api, merchant, connectionId);
    const paused = await get(`/v1/jobs/${jobId}`);
    expect(paused).toMatchObject({ body: { status: 'awaiting_mfa', upstreamJobId: 'REF-1', mfa: { expiresAt: new Date(api.clock.now().getTime() + 900_000).toISOString() } } });
    expect(JSON.stringify(paused.body)).not.toContain('token-1');
    await api.setJob(refOf(jobId), { status: 'running' });
    expect(await get(`/v1/jobs/${jobId}`)).toMatchObject({ body: { status: 'running', mfa: null } });
  });

  it('says of a failure what to do next, in the words of the catalogue', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob(refOf(id), { status: 'failed', failure: { code: 'UserActionRequired', upstreamCode: 'AC-104' } });
    const { userMessage, nextAction } = errorCatalogue.UserActionRequired;
    expect((await get(`/v1/jobs/${String(id)}`)).body).toMatchObject({ status: 'failed', error: { code: 'UserActionRequired', userMessage, nextAction, upstreamCode: 'AC-104' }, resultUrl: null });
  });

  it.each(['running', 'canceled', 'completed'] as const)('shows no error on a job that is %s, even if an attempt failed', async (status) => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob(refOf(id), { status, failure: { code: 'UpstreamUnavailable', upstreamCode: null } });
    expect((await get(`/v1/jobs/${String(id)}`)).body).toMatchObject({ status, error: null });
  });

  it('tells where the result of a completed job is, and until when', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob(refOf(id), { status: 'completed', completedAt: api.clock.now().toISOString(), resultExpiresAt: '2026-03-09T12:00:00.000Z' });
    expect((await get(`/v1/jobs/${String(id)}`)).body).toMatchObject({ resultUrl: `/v1/jobs/${String(id)}/result`, resultExpiresAt: '2026-03-09T12:00:00.000Z', completedAt: api.clock.now().toISOString() });
  });

  it('waits as long as it was asked to, and answers sooner when the job ends', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    const began = api.clock.now().getTime();
    expect(await get(`/v1/jobs/${String(id)}`, { waitSeconds: '5' })).toMatchObject({ status: 200, body: { status: 'queued' } });
    expect(api.clock.now().getTime() - began).toBe(5000);
    await api.setJob(refOf(id), { status: 'canceled' });
    expect(await get(`/v1/jobs/${String(id)}`, { waitSeconds: '20' })).toMatchObject({ status: 200, body: { status: 'canceled' } });
    expect(api.clock.now().getTime() - began).toBe(5000);
  });

  it.each(['-1', '21', '1.5', 'soon', ''])('refuses to wait %j seconds', async (waitSeconds) => {
    const { id } = await startJob(api, merchant, connectionId);
    expect(await get(`/v1/jobs/${String(id)}`, { waitSeconds })).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'waitSeconds' }] } });
  });
});

describe('lists of jobs', () => {
  it('show newest first, in pages, and filter', async () => {
    const started: string[] = [];
    for (const [type, reference] of [['balance', 'loan-7'], ['identity', 'loan-7'], ['transactions', 'loan-8']] as const) {
      api.clock.advance(1);
      started.unshift(String((await startJob(api, merchant, connectionId, { type, reference }))['id']));
    }
    api.clock.advance(1);
    const elsewhere = await linkBank(api, merchant);
    const other = String((await startJob(api, merchant, elsewhere.connectionId))['id']);

    expect(ids(await get('/v1/jobs'))).toEqual([other, ...started]);
    expect(ids(await get(`/v1/connections/${connectionId}/jobs`))).toEqual(started);
    expect(ids(await get('/v1/jobs', { reference: 'loan-7' }))).toEqual([started[1], started[2]]);
    expect(ids(await get('/v1/jobs', { type: 'transactions' }))).toEqual([started[0]]);
    expect(ids(await get('/v1/jobs', { userId }))).toEqual(started);
    expect(ids(await get('/v1/jobs', { status: 'failed' }))).toEqual([]);
    expect(ids(await get('/v1/jobs', { createdAfter: new Date(api.clock.now().getTime() - 1500).toISOString() }))).toEqual([other, started[0]]);

    const first = await get(`/v1/connections/${connectionId}/jobs`, { limit: '2' });
    const cursor = String(first.body['nextCursor']);
    const second = await get(`/v1/connections/${connectionId}/jobs`, { limit: '2', cursor });
    expect([...ids(first), ...ids(second)]).toEqual(started);
    for (const [path, query] of [['/v1/jobs', { cursor }], [`/v1/connections/${elsewhere.connectionId}/jobs`, { cursor }], [`/v1/connections/${connectionId}/jobs`, { cursor, type: 'balance' }]] as const) {
      expect(await get(path, query)).toMatchObject({ status: 400, body: { errors: [{ path: 'cursor' }] } });
    }
  });

  it.each([{ status: 'done' }, { type: 'all' }, { createdAfter: 'yesterday' }, { reference: 'ä' }, { userId: '#' }])('refuse the filter %j', async (query) => {
    expect(await get('/v1/jobs', query)).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: Object.keys(query)[0] }] } });
  });

  it('answer NotFound for an unknown connection', async () => {
    expect(await get(`/v1/connections/${'0'.repeat(32)}/jobs`)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });
});

describe('POST /v1/jobs/{jobId}/resume', () => {
  it('ends the pause of a job that waits', async () => {
    const jobId = await pausedJob(api, merchant, connectionId);
    expect(await resume(jobId)).toMatchObject({ status: 202, body: { id: jobId } });
    expect(api.endedWaits).toEqual(['token-1 Resumed']);
  });

  it.each(['queued', 'running', 'fetching', 'completed', 'failed', 'expired', 'canceled'] as const)('answers Conflict for a job that is %s, and changes nothing', async (status) => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob(refOf(id), { status });
    const before = await api.stored();
    expect(await resume(String(id))).toMatchObject({ status: 409, body: { code: 'Conflict' } });
    expect(await api.stored()).toBe(before);
    expect(api.endedWaits).toEqual([]);
  });

  it('answers NotFound for an unknown job', async () => {
    expect(await resume('job_0')).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });
});
