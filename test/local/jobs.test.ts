import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import type { Job } from '../support/api-shapes.ts';
import { testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection } from './people.ts';
import { until } from './until.ts';

const deployment = testEnvironment();

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);

  /** Starts a job and follows it to its end. */
  async function runJob(api: ApiClient, connectionId: string, body: { readonly type: string } & Readonly<Record<string, string>>) {
    return api.follow((await api.startJob(connectionId, body)).body.id);
  }

  describe.concurrent('a job', () => {
    it('is accepted before upstream is asked, with the place to follow it', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.2 });

      const { status, headers, body } = await api.startJob(id, { type: 'balance', reference: 'order 1' });

      expect(status).toBe(202);
      expect(headers.get('location')).toBe(`/v1/jobs/${body.id}`);
      expect(body).toMatchObject({ status: 'queued', attempts: 0, upstreamJobId: null, connectionId: id, type: 'balance', startDate: null, endDate: null, reference: 'order 1', resultUrl: null });
      expect(await api.follow(body.id)).toMatchObject({ status: 'completed', attempts: 1 });
    });

    it('for transactions covers the last 90 days unless it is told', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.1 });

      const { body: byDefault } = await api.startJob(id, { type: 'transactions' });
      const told = await runJob(api, id, { type: 'transactions', startDate: '2026-03-01', endDate: '2026-03-31' });

      expect([told.startDate, told.endDate]).toEqual(['2026-03-01', '2026-03-31']);
      expect(byDefault.endDate).toBe(byDefault.createdAt.slice(0, 10));
      expect(Date.parse(byDefault.endDate ?? '') - Date.parse(byDefault.startDate ?? '')).toBe(90 * 86_400_000);
    });

    it('is created upstream once however many ask for it at the same time, and all of them get its result', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 1.5 });

      const answers = await Promise.all(Array.from({ length: 20 }, () => api.startJob(id, { type: 'balance' })));

      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.joined === true).map(({ status }) => status)).toEqual(Array.from({ length: 19 }, () => 200));
      const ended = await api.follow(answers[0]?.body.id ?? '');
      expect(ended.status).toBe('completed');
      expect(ended).not.toHaveProperty('joined');
      expect(await simulator.callsWith(`${id}/refresh`)).toBe(1);
    });

    it('of another kind or other dates is not joined but takes its turn', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.4 });

      const started = [
        await api.startJob(id, { type: 'transactions', startDate: '2026-01-01', endDate: '2026-01-31' }),
        await api.startJob(id, { type: 'transactions', startDate: '2026-02-01', endDate: '2026-02-28' }),
        await api.startJob(id, { type: 'identity' }),
      ];
      const ended = await Promise.all(started.map(({ body }) => api.follow(body.id)));

      expect(started.map(({ status }) => status)).toEqual([202, 202, 202]);
      expect(ended.map(({ status, startDate }) => [status, startDate])).toEqual([['completed', '2026-01-01'], ['completed', '2026-02-01'], ['completed', null]]);
      expect(new Set(ended.map(({ upstreamJobId }) => upstreamJobId)).size).toBe(3);
    });

    it('on a connection that somebody else keeps busy completes, and AC-112 is never shown', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'busy', jobSeconds: 1 });

      const { body: started } = await api.startJob(id, { type: 'balance' });
      const seen = [started];
      while (!['completed', 'failed'].includes(seen.at(-1)?.status ?? '')) seen.push((await api.getJob(started.id, { waitSeconds: 1 })).body);

      expect(seen.at(-1)).toMatchObject({ status: 'completed', attempts: 1 });
      expect(JSON.stringify(seen)).not.toContain('AC-112');
      expect((await simulator.calls()).calls.filter(({ path, code }) => path.includes(id) && code === 'AC-112').length).toBeGreaterThan(0);
    });

    it('that upstream fails once is tried once more', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'fails_once', jobSeconds: 0.2 });

      expect(await runJob(api, id, { type: 'balance' })).toMatchObject({ status: 'completed', attempts: 2, error: null });
    });

    it('that upstream fails for good says what to do, marks the connection, and the next start is refused without asking upstream', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'fails_always', jobSeconds: 0.2 });

      const failed = await runJob(api, id, { type: 'balance' });
      const marked = (await api.getConnection(id)).body;
      const before = await simulator.callsWith(id);
      await api.refused('UserActionRequired', 'POST', `/v1/connections/${id}/jobs`, { body: { type: 'identity' } });

      expect(failed).toMatchObject({ status: 'failed', attempts: 2, resultUrl: null, error: { code: 'UserActionRequired', nextAction: 'reconnect', upstreamCode: 'AC-104' } });
      expect(marked.status).toBe('reconnect_required');
      expect(before).toBeGreaterThan(0);
      expect(await simulator.callsWith(id)).toBe(before);
      expect(await api.refused('Conflict', 'GET', `/v1/jobs/${failed.id}/result`)).toMatchObject({ nextAction: 'none' });
    });

    it('that upstream fails without a reason asks the person to reconnect, and leaves the connection as it is', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'fails_without_code', jobSeconds: 0.2 });

      expect(await runJob(api, id, { type: 'identity' })).toMatchObject({ status: 'failed', error: { code: 'UserActionRequired', upstreamCode: null } });
      expect((await api.getConnection(id)).body.status).toBe('connected');
    });

    it('pauses again for a second bank question, and goes on without a resume when the webhook says that it is answered', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'mfa_twice', jobSeconds: 0.3 });

      const { body: started } = await api.startJob(id, { type: 'balance' });
      const first = await api.follow(started.id);
      await simulator.answer(first.upstreamJobId);
      await untilAnswerable(() => simulator.answer(first.upstreamJobId));
      const ended = await untilOver(api, started.id);

      expect(first).toMatchObject({ status: 'awaiting_mfa' });
      expect(ended).toMatchObject({ status: 'completed', attempts: 1, upstreamJobId: first.upstreamJobId });
    });

    it('that is resumed although the person is not done leads back into the pause, whose end stays where it was', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'mfa', jobSeconds: 0.2 });
      const { body: started } = await api.startJob(id, { type: 'balance' });
      const paused = await api.follow(started.id);

      const resumed = await api.resumeJob(paused.id);
      const pausedAgain = await api.follow(paused.id);

      expect(resumed.status).toBe(202);
      expect(pausedAgain.status).toBe('awaiting_mfa');
      expect(Math.abs(Date.parse(pausedAgain.mfa?.expiresAt ?? '') - Date.parse(paused.mfa?.expiresAt ?? ''))).toBeLessThan(5_000);
      await simulator.answer(paused.upstreamJobId);
      expect(await untilOver(api, paused.id)).toMatchObject({ status: 'completed' });
      await api.refused('Conflict', 'POST', `/v1/jobs/${paused.id}/resume`);
      await api.refused('Conflict', 'POST', `/v1/users/${paused.userId}/widget-tokens`, { body: { purpose: 'mfa', jobId: paused.id } });
    });
  });

  describe.concurrent('GET /v1/jobs/{jobId}?waitSeconds', () => {
    it('answers as soon as the job ends, and not before', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'slow', jobSeconds: 2 });
      const { body: started } = await api.startJob(id, { type: 'balance' });

      const { body } = await api.getJob(started.id, { waitSeconds: 20 });

      expect([started.status, body.status]).toEqual(['queued', 'completed']);
    });

    it('answers with the job as it is when the time is over, and at once without it', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'stuck' });
      const { body: started } = await api.startJob(id, { type: 'balance' });

      const at = performance.now();
      const waited = await api.getJob(started.id, { waitSeconds: 1 });
      const waitedMs = performance.now() - at;
      const atOnce = await api.getJob(started.id);

      expect([waited.body.status, atOnce.body.status]).toEqual(['running', 'running']);
      expect(waitedMs).toBeGreaterThanOrEqual(1_000);
    });
  });

  describe('a running job', () => {
    it('ends as failed when the person revokes the consent at the bank, even just after linking it, and so does the connection', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'stuck' });
      const { body: started } = await api.startJob(id, { type: 'balance' });
      // Otherwise upstream's refusal of the create, or the failure of the job itself, might come first: another story with the same next action.
      await until('the job runs upstream', async () => (await api.getJob(started.id)).body, ({ upstreamJobId }) => upstreamJobId !== null);
      await simulator.webhooks({ mode: 'drop', statuses: ['failed'] });
      await simulator.revoke(id);
      const ended = await untilOver(api, started.id);
      await simulator.webhooks({ mode: 'deliver' });

      expect(ended).toMatchObject({ status: 'failed', error: { code: 'ConnectionRevoked', nextAction: 'reconnect' } });
      expect((await api.getConnection(id)).body.status).toBe('revoked');
      await api.refused('UserActionRequired', 'POST', `/v1/connections/${id}/jobs`, { body: { type: 'balance' } });
    });
  });

  describe('a job completes', () => {
    it.each([
      ['when nobody can have signed its webhooks', { mode: 'wrong_signature' }],
      ['when each of its webhooks comes five times', { mode: 'deliver', duplicates: 5 }],
      ['when its webhooks come in another order', { mode: 'reorder' }],
    ])('%s', async (_when, fault) => {
      const { api, simulator } = environment();
      await simulator.webhooks(fault);
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.3 });

      expect(await runJob(api, id, { type: 'balance' })).toMatchObject({ status: 'completed', attempts: 1 });
      expect(await simulator.callsWith(`${id}/refresh`)).toBe(1);
    });
  });

  /** The simulator asks the next question after a while: tries until it takes the answer. */
  async function untilAnswerable(answer: () => Promise<void>): Promise<void> {
    await until('the next question', () => answer().then(() => true, () => false), (answered) => answered);
  }

  /** Follows a job to its end, also through a pause that ends by itself. */
  async function untilOver(api: ApiClient, jobId: string) {
    const isOver = (job: Job) => ['completed', 'failed', 'expired', 'canceled'].includes(job.status);
    return until('the job ends', async () => (await api.getJob(jobId, { waitSeconds: 5 })).body, isOver);
  }
});
