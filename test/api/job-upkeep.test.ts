import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorCodes } from '../../lambdas/domain/errors.ts';
import { timelineEvents } from '../../lambdas/domain/job.ts';
import { completedJobs, linkBank, pausedJob, startJob } from '../support/api-world.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

let api: TestApi;
let merchant: TestMerchant;
let connectionId: string;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  merchant = await api.newMerchant();
  ({ connectionId } = await linkBank(api, merchant));
  api.upstream.reset();
  api.startedExecutions.length = 0;
  api.endedWaits.length = 0;
});

const post = (path: string, over: { body?: unknown; idempotencyKey?: string } = {}) =>
  api.call('POST', path, { key: merchant.key, body: over.body, ...(over.idempotencyKey !== undefined && { headers: { 'idempotency-key': over.idempotencyKey } }) });
const get = (path: string, query: Record<string, string> = {}) => api.call('GET', path, { key: merchant.key, query });
const refOf = (jobId: unknown) => ({ merchantId: merchant.merchantId, jobId: String(jobId) });
const failure = { code: 'UpstreamUnavailable', upstreamCode: null } as const;
const end = async (jobId: unknown, status: 'failed' | 'expired') => api.deps.progress.end(refOf(jobId), { status, failure }, api.clock.now());

describe('POST /v1/jobs/{jobId}/cancel', () => {
  it.each(['queued', 'running', 'awaiting_mfa', 'fetching'] as const)('ends a job that is %s, with no error, and its connection is free', async (status) => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob(refOf(id), { status });
    const reply = await post(`/v1/jobs/${String(id)}/cancel`);
    expect(reply).toMatchObject({ status: 200, body: { id: String(id), status: 'canceled', error: null, resultUrl: null, completedAt: api.clock.now().toISOString() } });
    expect(await get(`/v1/jobs/${String(id)}`)).toMatchObject({ body: reply.body });
    expect((await startJob(api, merchant, connectionId))['id']).not.toBe(id);
  });

  it('wakes the execution where it waits', async () => {
    const jobId = await pausedJob(api, merchant, connectionId);
    expect(await post(`/v1/jobs/${jobId}/cancel`, { body: {} })).toMatchObject({ status: 200 });
    expect(api.endedWaits).toEqual(['token-1 LookAgain']);
  });

  it('answers 200 again for a canceled job, and Conflict for one that ended otherwise, which stays as it is', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    const first = await post(`/v1/jobs/${String(id)}/cancel`);
    expect(await post(`/v1/jobs/${String(id)}/cancel`)).toMatchObject({ status: 200, body: first.body });
    const done = await completedJobs(api, merchant, connectionId);
    const before = await api.stored();
    expect(await post(`/v1/jobs/${done.balance}/cancel`)).toMatchObject({ status: 409, body: { code: 'Conflict', nextAction: 'none' } });
    expect(await api.stored()).toBe(before);
    expect(await get(`/v1/jobs/${done.balance}/result`)).toMatchObject({ status: 200 });
  });
});

describe('POST /v1/jobs/{jobId}/redrive', () => {
  it.each(['failed', 'expired'] as const)('starts a new job like one that %s, which stays as it is', async (status) => {
    const dates = { startDate: '2026-01-01', endDate: '2026-01-31' };
    const { id } = await startJob(api, merchant, connectionId, { type: 'transactions', ...dates, reference: 'loan-7' });
    await end(id, status);
    const old = (await get(`/v1/jobs/${String(id)}`)).body;
    api.startedExecutions.length = 0;

    const reply = await post(`/v1/jobs/${String(id)}/redrive`);

    const anew = String(reply.body['id']);
    expect(reply).toMatchObject({ status: 202, headers: { location: `/v1/jobs/${anew}` }, body: { status: 'queued', retryOf: String(id), type: 'transactions', ...dates, reference: 'loan-7', connectionId } });
    expect(anew).not.toBe(id);
    expect(api.startedExecutions).toEqual([anew]);
    expect((await get(`/v1/jobs/${String(id)}`)).body).toEqual(old);
  });

  it('joins a job of the same type and dates that runs already', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await end(id, 'failed');
    const running = await startJob(api, merchant, connectionId);
    expect(await post(`/v1/jobs/${String(id)}/redrive`)).toMatchObject({ status: 200, body: { id: String(running['id']), joined: true, retryOf: null } });
  });

  it('repeats its reply under one idempotency key, and starts one job', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await end(id, 'failed');
    const first = await post(`/v1/jobs/${String(id)}/redrive`, { idempotencyKey: 'again' });
    const repeat = await post(`/v1/jobs/${String(id)}/redrive`, { idempotencyKey: 'again' });
    expect(repeat).toMatchObject({ status: 202, headers: { 'idempotent-replayed': 'true' }, body: first.body });
    expect((await get('/v1/jobs')).body['items']).toHaveLength(2);
  });

  it.each(['queued', 'running', 'awaiting_mfa', 'fetching', 'completed', 'canceled'] as const)('answers Conflict for a job that is %s, and starts nothing', async (status) => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob(refOf(id), { status });
    const before = await api.stored();
    expect(await post(`/v1/jobs/${String(id)}/redrive`)).toMatchObject({ status: 409, body: { code: 'Conflict' } });
    expect(await api.stored()).toBe(before);
  });

  it('answers NotFound once the connection is gone, and UserActionRequired while it is broken', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await end(id, 'failed');
    await api.deps.connections.mark(merchant.merchantId, connectionId, 'revoked', api.clock.now());
    expect(await post(`/v1/jobs/${String(id)}/redrive`)).toMatchObject({ status: 409, body: { code: 'UserActionRequired', nextAction: 'reconnect' } });
    await api.call('DELETE', `/v1/connections/${connectionId}`, { key: merchant.key });
    expect(await post(`/v1/jobs/${String(id)}/redrive`)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });
});

describe('GET /v1/jobs/{jobId}/timeline', () => {
  it('tells what happened in sentences, oldest first', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    const began = api.clock.now().toISOString();
    api.clock.advance(5);
    await post(`/v1/jobs/${String(id)}/cancel`);
    expect((await get(`/v1/jobs/${String(id)}/timeline`)).body).toEqual({
      items: [
        { at: began, event: 'accepted', text: 'The request was accepted and stored.' },
        { at: api.clock.now().toISOString(), event: 'canceled', text: 'The request was canceled.' },
      ],
    });
  });

  it('tells a line once that a repeated write has stored twice', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    const line = { at: api.clock.now().toISOString(), event: 'awaiting_mfa' as const };
    await api.setJob(refOf(id), { timeline: [{ at: line.at, event: 'accepted' }, line, line, { at: line.at, event: 'resumed' }, line] });
    const { body } = await get(`/v1/jobs/${String(id)}/timeline`);
    expect((body['items'] as { event: string }[]).map(({ event }) => event)).toEqual(['accepted', 'awaiting_mfa', 'resumed', 'awaiting_mfa']);
  });

  it('says of a bad end why, and what the person can be told', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.deps.progress.end(refOf(id), { status: 'failed', failure: { code: 'UserActionRequired', upstreamCode: 'AC-104' } }, api.clock.now());
    const items = (await get(`/v1/jobs/${String(id)}/timeline`)).body['items'] as { text: string }[];
    expect(items.at(-1)?.text).toBe('The request failed. Why: the bank connection must be renewed (AC-104). For the person: Your bank asks you to connect your account again.');
  });

  it.each(errorCodes)('gives the reason %s in words that are none of our own or of upstream\'s', async (code) => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.deps.progress.end(refOf(id), { status: 'failed', failure: { code, upstreamCode: null } }, api.clock.now());
    const items = (await get(`/v1/jobs/${String(id)}/timeline`)).body['items'] as { text: string }[];
    expect(items.at(-1)?.text).toMatch(/^The request failed\. Why: [a-z].{8,}\. For the person: [A-Z].{8,}\.$/);
    expect(items.at(-1)?.text).not.toMatch(/[a-z]_[a-z]|upstream|Aerosync|Aeropay|webhook|token|execution|poll|MFA|attempt|AC-\d/i);
  });

  it.each(timelineEvents)('has a sentence for %s that uses none of our own or of upstream\'s words', async (event) => {
    const { id } = await startJob(api, merchant, connectionId);
    await api.setJob(refOf(id), { timeline: [{ at: api.clock.now().toISOString(), event }] });
    const [item] = (await get(`/v1/jobs/${String(id)}/timeline`)).body['items'] as { text: string }[];
    expect(item?.text).toMatch(/^[A-Z].{15,}\.$/);
    expect(item?.text).not.toMatch(/[a-z]_[a-z]|upstream|Aerosync|Aeropay|webhook|token|execution|poll|MFA|state|attempt|AC-\d/i);
  });
});

describe('DELETE /v1/connections/{connectionId}', () => {
  const remove = (id = connectionId) => api.call('DELETE', `/v1/connections/${id}`, { key: merchant.key });

  it('answers 204 without a body; the connection, its results and its running jobs are gone, ended jobs keep their status', async () => {
    const done = await completedJobs(api, merchant, connectionId);
    const running = await startJob(api, merchant, connectionId);

    expect(await remove()).toMatchObject({ status: 204, body: {} });

    for (const path of ['', '/jobs', '/balance', '/transactions', '/identity', '/account']) expect(await get(`/v1/connections/${connectionId}${path}`), path).toMatchObject({ status: 404 });
    for (const jobId of Object.values(done)) {
      expect(await get(`/v1/jobs/${jobId}`)).toMatchObject({ status: 200, body: { status: 'completed' } });
      expect(await get(`/v1/jobs/${jobId}/result`)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    }
    expect(await get(`/v1/jobs/${String(running['id'])}`)).toMatchObject({ body: { status: 'canceled' } });
    expect((await get('/v1/connections')).body['items']).toEqual([]);
    expect(api.upstream.calls).toEqual([]);
  });

  it('takes dashes and capitals for the same id, and answers NotFound the second time', async () => {
    const dashed = connectionId.toUpperCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    expect(await remove(dashed)).toMatchObject({ status: 204 });
    expect(await remove(dashed)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });

  it('leaves what other connections brought', async () => {
    const other = await linkBank(api, merchant);
    const done = await completedJobs(api, merchant, other.connectionId);
    await remove();
    expect(await get(`/v1/jobs/${done.balance}/result`)).toMatchObject({ status: 200 });
    expect(await get(`/v1/connections/${other.connectionId}/balance`)).toMatchObject({ status: 200 });
  });
});

describe('waiting for a job', () => {
  const wait = (jobId: unknown, key = merchant.key) => api.call('GET', `/v1/jobs/${String(jobId)}`, { key, query: { waitSeconds: '1' } });
  /** Callers who wait and never leave, as if their functions had died. */
  const crowd = (size: number) => Promise.all(Array.from({ length: size }, () => api.deps.longPolls.take(merchant.merchantId, 100, api.clock.now())));

  it('is let to 100 callers of a merchant at a time; the next one is answered at once and told when to ask again', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await crowd(99);
    const began = api.clock.now().getTime();
    expect((await wait(id)).headers).not.toHaveProperty('retry-after');
    expect(api.clock.now().getTime() - began).toBe(1000);

    await crowd(1);
    expect(await wait(id)).toMatchObject({ status: 200, headers: { 'retry-after': '2' }, body: { id: String(id), status: 'queued' } });
    expect(api.clock.now().getTime() - began).toBe(1000);
  });

  it('costs no other merchant anything, nor a caller who does not wait', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await crowd(100);
    expect((await get(`/v1/jobs/${String(id)}`)).headers).not.toHaveProperty('retry-after');
    const other = await api.newMerchant();
    const theirs = await startJob(api, other, (await linkBank(api, other)).connectionId);
    const began = api.clock.now().getTime();
    expect((await wait(theirs['id'], other.key)).headers).not.toHaveProperty('retry-after');
    expect(api.clock.now().getTime() - began).toBe(1000);
  });

  it('is never refused for callers who died: their places are free again after a minute', async () => {
    const { id } = await startJob(api, merchant, connectionId);
    await crowd(100);
    api.clock.advance(61);
    expect((await wait(id)).headers).not.toHaveProperty('retry-after');
  });

  it('never lets in more than 100 however many come at once', async () => {
    const places = await crowd(250);
    expect(places.filter((place) => place !== undefined)).toHaveLength(100);
  });
});
