import { createHmac } from 'node:crypto';
import http from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection } from './people.ts';
import { changedRows, readRows } from './tables.ts';

const deployment = testEnvironment();

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);

  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const signed = (body: string | Uint8Array, secret = environment().endpoints.webhookSecret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

  interface Delivery {
    readonly body: string | Uint8Array<ArrayBuffer>;
    /** The right one when absent; none when null. */
    readonly signature?: string | null;
    readonly merchantId?: string;
    readonly contentType?: string;
  }

  /** Delivers as upstream does; the reply is held to what the contract says of every reply. */
  async function deliver({ body, signature = signed(body), merchantId = environment().endpoints.merchantId, contentType = 'application/json' }: Delivery) {
    const reply = await environment().client().send('POST', `/webhooks/aerosync/${merchantId}`, {
      rawBody: body,
      headers: { 'content-type': contentType, 'user-agent': 'Aerosync-Webhooks/1.0', ...(signature !== null && { 'x-webhook-signature': signature }) },
    });
    return { status: reply.status, json: reply.json, problem: reply.problem };
  }

  function event(name: string, data: object, over: object = {}): string {
    return JSON.stringify({ event: name, timestamp: nowSeconds(), merchant_id: '1456', data, ...over });
  }

  /** A job that upstream never ends and nobody polls for half a minute: only a delivery can move it. */
  async function aWaitingJob() {
    const { api, simulator } = environment();
    const { id } = await aConnection(api, simulator, { scenario: 'stuck' });
    const { body: started } = await api.startJob(id, { type: 'balance' });
    await expect.poll(async () => (await api.getJob(started.id)).body.upstreamJobId, { timeout: 10_000 }).not.toBeNull();
    const { body: job } = await api.getJob(started.id);
    return { jobId: job.id, connectionId: id, upstreamJobId: job.upstreamJobId ?? '', completed: { status: 'completed', job_id: job.upstreamJobId, connection_id: id, user_id: id } };
  }

  beforeAll(async () => {
    const { simulator } = environment();
    await simulator.webhooks({ mode: 'drop' });
    // One signed delivery, and webhooks are trusted to come.
    await deliver({ body: event('test.event', {}) });
  });

  describe('a delivery that is not signed with the merchant\'s secret', () => {
    it('gets 401, the same whatever is wrong with it, and leaves nothing behind', async () => {
      const { endpoints } = environment();
      const { jobId, completed } = await aWaitingJob();
      const body = event('job.balance', completed);
      const good = signed(body);
      const before = await readRows(environment());

      const refused = await Promise.all([
        deliver({ body, signature: null }),
        deliver({ body, signature: '' }),
        deliver({ body, signature: good.slice('sha256='.length) }),
        deliver({ body, signature: good.slice(0, -2) }),
        deliver({ body, signature: `${good}00` }),
        deliver({ body, signature: `sha1=${good.slice('sha256='.length)}` }),
        deliver({ body, signature: signed(body, 'another-secret-of-somebody') }),
        deliver({ body, signature: signed(body, '') }),
        deliver({ body: JSON.stringify(JSON.parse(body), null, 1), signature: good }),
        deliver({ body: `${body}\n`, signature: good }),
        deliver({ body: body.replace('completed', 'failed'), signature: good }),
        deliver({ body, signature: good, merchantId: endpoints.otherMerchant.merchantId }),
        deliver({ body, signature: good, merchantId: `mer_${'0'.repeat(32)}` }),
        deliver({ body, signature: good, merchantId: 'nobody' }),
        deliver({ body, signature: good, merchantId: 'a%20b' }),
      ]);

      for (const { status, problem } of refused) {
        expect(status).toBe(401);
        expect({ ...problem, requestId: '' }).toEqual({ ...refused[0].problem, requestId: '' });
      }
      expect(refused[0].problem?.code).toBe('Unauthenticated');
      expect(changedRows(before, await readRows(environment()))).toEqual([]);
      expect(await deliver({ body })).toEqual({ status: 200, json: {}, problem: undefined });
      expect((await environment().api.follow(jobId)).status).toBe('completed');
    });

    it('gets 401 when the right signature stands there twice', async () => {
      const body = event('test.event', {});

      expect(await rawPost(environment().endpoints.webhookUrl, body, [signed(body), signed(body)])).toBe(401);
      expect(await rawPost(environment().endpoints.webhookUrl, body, [signed(body)])).toBe(200);
    });
  });

  describe('a validly signed delivery', () => {
    it('wakes its job, which reads the data without a single poll', async () => {
      const { api, simulator } = environment();
      const { jobId, connectionId, completed } = await aWaitingJob();

      const reply = await deliver({ body: event('job.balance', completed) });
      const job = await api.follow(jobId);

      expect(reply).toEqual({ status: 200, json: {}, problem: undefined });
      expect(job.status).toBe('completed');
      expect(await simulator.callsWith(`${connectionId}/job/`)).toBe(0);
    });

    it.each<[string, (completed: object) => Delivery]>([
      ['whose digest is in capitals', (completed) => {
        const body = event('job.balance', completed);
        return { body, signature: signed(body).toUpperCase().replace('SHA256', 'sha256') };
      }],
      ['whose bytes are not compact, not ASCII and end in a line break', (completed) => ({ body: `${JSON.stringify({ event: 'job.balance', timestamp: nowSeconds(), note: 'naïve ✓', data: completed }, null, 4)}\r\n` })],
      ['that the gateway takes for binary', (completed) => ({ body: new TextEncoder().encode(`  ${event('job.balance', completed)}\t`), contentType: 'application/octet-stream' })],
      ['that says who the merchant is, wrongly', (completed) => ({ body: event('job.balance', completed, { merchant_id: environment().endpoints.otherMerchant.merchantId }) })],
      ['with fields and times in another form', (completed) => ({ body: event('JOB.Balance', { ...completed, status: 'COMPLETED', extra: { deeply: [1, 2, { nested: null }] } }, { timestamp: `${nowSeconds()}` }) })],
      ['in the older naming', (completed) => ({ body: event('job.completed', { ...completed, status: undefined, job_type: 'balance' }) })],
    ])('%s is understood', async (_what, delivery) => {
      const { jobId, completed } = await aWaitingJob();

      expect((await deliver(delivery(completed))).status).toBe(200);
      expect((await environment().api.follow(jobId)).status).toBe('completed');
    });

    it('that is stale, from the future or for another merchant\'s job changes nothing', async () => {
      const { api, otherApi, endpoints, simulator } = environment();
      const { jobId, completed } = await aWaitingJob();
      const otherJob = await otherApi.startJob((await aConnection(otherApi, simulator, { scenario: 'stuck', merchant: 'two' })).id, { type: 'balance' });
      await expect.poll(async () => (await otherApi.getJob(otherJob.body.id)).body.upstreamJobId).not.toBeNull();
      const { upstreamJobId, connectionId } = (await otherApi.getJob(otherJob.body.id)).body;
      const before = await readRows(environment(), ['jobs', 'connections', 'results', 'users']);

      const replies = [
        await deliver({ body: event('job.balance', completed, { timestamp: nowSeconds() - 3_605 }) }),
        await deliver({ body: event('job.balance', { ...completed, status: 'failed' }, { timestamp: nowSeconds() - 86_400 }) }),
        await deliver({ body: event('job.balance', completed, { timestamp: nowSeconds() + 305 }) }),
      ];
      expect(changedRows(before, await readRows(environment(), ['jobs', 'connections', 'results', 'users']))).toEqual([]);
      replies.push(await deliver({ body: event('job.balance', { status: 'completed', job_id: upstreamJobId, connection_id: connectionId }) }));
      replies.push(await deliver({ body: event('bank.revocation', { connection_id: connectionId, user_id: connectionId, status: 'revoked' }) }));

      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect((await api.getJob(jobId)).body.status).toBe('running');
      expect((await otherApi.getJob(otherJob.body.id)).body.status).toBe('running');
      expect((await otherApi.getConnection(connectionId)).body.status).toBe('connected');
      expect(endpoints.otherMerchant.merchantId).not.toBe(endpoints.merchantId);
    });

    it('that was seen before changes nothing', async () => {
      const { api } = environment();
      const { jobId, completed } = await aWaitingJob();
      const body = event('job.balance', { ...completed, status: 'in_progress' });
      const asksPerson = event('job.balance', { ...completed, status: 'pending_mfa' });
      await deliver({ body });
      await deliver({ body: asksPerson });
      expect((await api.follow(jobId)).status).toBe('awaiting_mfa');
      const before = await readRows(environment(), ['jobs', 'connections', 'results', 'users']);

      expect((await deliver({ body })).status).toBe(200);
      expect((await deliver({ body: asksPerson })).status).toBe(200);

      const changed = changedRows(before, await readRows(environment(), ['jobs', 'connections', 'results', 'users']));
      expect(changed).toEqual([]);
      expect((await api.getJob(jobId)).body.status).toBe('awaiting_mfa');
      await deliver({ body: event('job.balance', completed) });
      await expect.poll(async () => (await api.getJob(jobId)).body.status, { timeout: 10_000 }).toBe('completed');
      const { body: ended } = await api.getJob(jobId);
      await deliver({ body: event('job.balance', { ...completed, status: 'failed' }) });
      expect((await api.getJob(jobId)).body).toEqual(ended);
    });

    it.each<[string, () => string | Uint8Array<ArrayBuffer>]>([
      ['no JSON', () => 'not json'],
      ['nothing', () => ''],
      ['no UTF-8', () => new Uint8Array([0xff, 0xfe, 0x00])],
      ['a list', () => '[1, 2]'],
      ['null', () => 'null'],
      ['an unknown event', () => event('account.opened', { account_id: '1' })],
      ['an event without data', () => JSON.stringify({ event: 'job.balance', timestamp: nowSeconds() })],
      ['data of a wrong type', () => JSON.stringify({ event: 'job.balance', timestamp: nowSeconds(), data: 'completed' })],
      ['an unknown job', () => event('job.balance', { status: 'completed', job_id: 'REF-unknown', connection_id: '0'.repeat(32) })],
      ['an id that is a path', () => event('job.balance', { status: 'completed', job_id: '../../x', connection_id: '0'.repeat(32) })],
      ['an unknown status', () => event('job.identity', { status: 'paused', job_id: 'IDT-unknown', connection_id: '0'.repeat(32) })],
      ['a revocation of an unknown connection', () => event('bank.revocation', { connection_id: '0'.repeat(32), status: 'revoked' })],
      ['no time', () => JSON.stringify({ event: 'job.balance', data: { status: 'completed', job_id: 'REF-unknown' } })],
    ])('with %s in it gets 200', async (_what, body) => {
      const content = body();
      // Bytes that are no text travel as binary: as text the gateway itself would change them.
      const contentType = typeof content === 'string' ? 'application/json' : 'application/octet-stream';

      expect(await deliver({ body: content, contentType })).toEqual({ status: 200, json: {}, problem: undefined });
    });
  });

  function rawPost(url: string, body: string, signatures: readonly string[]): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body)), ...signatures.flatMap((signature) => ['x-webhook-signature', signature])];
      const { host } = new URL(url);
      const request = http.request(url, { method: 'POST', agent: false, headers: ['host', host, ...headers] }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      request.on('error', reject);
      request.end(body);
    });
  }
});
