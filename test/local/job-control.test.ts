import { describe, it } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection } from './people.ts';
import { changeJobRow } from './tables.ts';
import { until } from './until.ts';

const deployment = testEnvironment();

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);

  /** A job that upstream works on. */
  async function aRunningJob(api: ApiClient, connectionId: string, body: { readonly type: string } & Readonly<Record<string, string>> = { type: 'balance' }) {
    const { id } = (await api.startJob(connectionId, body)).body;
    return until('upstream has the job', async () => (await api.getJob(id)).body, ({ upstreamJobId }) => upstreamJobId !== null);
  }

  describe.concurrent('a job', () => {
    it('that is canceled ends at once, also for who waits for it, and the next one like it gets what upstream was already fetching', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 15 });
      const running = await aRunningJob(api, id);
      const waiting = api.getJob(running.id, { waitSeconds: 20 });

      const canceled = await api.cancelJob(running.id);
      const next = (await api.startJob(id, { type: 'balance' })).body;

      expect(canceled.body).toMatchObject({ id: running.id, status: 'canceled', error: null, resultUrl: null });
      expect((await waiting).body.status).toBe('canceled');
      expect(next.id).not.toBe(running.id);
      expect(await api.follow(next.id)).toMatchObject({ status: 'completed', attempts: 0, upstreamJobId: running.upstreamJobId });
      expect(await simulator.callsWith(`${id}/refresh`)).toBe(1);
      expect(await api.cancelJob(running.id)).toMatchObject({ status: 200, body: canceled.body });
      await api.refused('Conflict', 'POST', `/v1/jobs/${next.id}/cancel`);
      await api.refused('Conflict', 'GET', `/v1/jobs/${running.id}/result`);
    });

    it('that is canceled while the person is asked leads the next one to the same question', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'mfa', jobSeconds: 0.2 });
      const asked = await api.follow((await api.startJob(id, { type: 'balance' })).body.id);
      await api.cancelJob(asked.id);

      const again = await api.follow((await api.startJob(id, { type: 'balance' })).body.id);
      await simulator.answer(again.upstreamJobId);

      expect(again).toMatchObject({ status: 'awaiting_mfa', upstreamJobId: asked.upstreamJobId });
      const ended = await until('the job ends', async () => (await api.getJob(again.id, { waitSeconds: 1 })).body, ({ status }) => status === 'completed');
      expect(ended.error).toBeNull();
    });

    it('of a connection that was removed is not joined by a start on the same connection saved anew', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'stuck' });
      const running = await aRunningJob(api, id);
      // As when the removal died before it came to the job.
      await changeJobRow(environment(), running.id, 'SET connectionGeneration = :old', { ':old': { S: 'of the linking before' } });

      const { status, body } = await api.startJob(id, { type: 'balance' });

      expect(status).toBe(202);
      expect(body.id).not.toBe(running.id);
      expect((await api.getJob(running.id)).body.status).toBe('canceled');
      await api.cancelJob(body.id);
    });

    it('that failed is started anew as another job that names it, and tells its story in sentences', async ({ expect }) => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'fails_without_code', jobSeconds: 0.1 });
      const failed = await api.follow((await api.startJob(id, { type: 'identity', reference: 'order 7' })).body.id);
      expect(failed.status).toBe('failed');

      const { status, headers, body } = await api.redriveJob(failed.id, { idempotencyKey: `again-${failed.id}` });
      const repeat = await api.redriveJob(failed.id, { idempotencyKey: `again-${failed.id}` });

      expect([status, headers.get('location')]).toEqual([202, `/v1/jobs/${body.id}`]);
      expect(body).toMatchObject({ retryOf: failed.id, type: 'identity', reference: 'order 7', status: 'queued' });
      expect([repeat.body, repeat.headers.get('idempotent-replayed')]).toEqual([body, 'true']);
      expect((await api.follow(body.id)).retryOf).toBe(failed.id);
      const { items } = (await api.timeline(failed.id)).body;
      expect(items.map(({ event }) => event)).toEqual(expect.arrayContaining(['accepted', 'create_sent', 'created', 'retrying', 'failed']));
      expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).sort());
      expect(items.at(-1)?.text).toContain('For the person: ');
      await api.refused('Conflict', 'POST', `/v1/jobs/${failed.id}/cancel`);
    });

    it('of a connection that is removed is canceled; its results and those of ended jobs are gone, and what was saved anew is untouched', async ({ expect }) => {
      const { api, simulator } = environment();
      const connection = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 1.5 });
      const { id, userId } = connection;
      const done = await api.follow((await api.startJob(id, { type: 'balance' })).body.id);
      const running = await aRunningJob(api, id, { type: 'identity' });

      const removed = await api.send('DELETE', `/v1/connections/${id}`);

      expect([removed.status, removed.text]).toEqual([204, '']);
      expect((await api.getJob(running.id)).body.status).toBe('canceled');
      expect((await api.getJob(done.id)).body.status).toBe('completed');
      await api.refused('NotFound', 'GET', `/v1/jobs/${done.id}/result`);
      for (const path of ['', '/balance', '/jobs', '/account']) await api.refused('NotFound', 'GET', `/v1/connections/${id}${path}`);
      await api.refused('NotFound', 'DELETE', `/v1/connections/${id}`);
      const saved = await api.saveConnections(userId, { connectionId: id });
      expect(saved.status).toBe(201);
      expect(await api.follow((await api.startJob(id, { type: 'balance' })).body.id)).toMatchObject({ status: 'completed' });
    });
  });
});
