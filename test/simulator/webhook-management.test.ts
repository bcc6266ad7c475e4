import { describe, expect, it, vi } from 'vitest';
import { acme, bolt, bootSimulator, type Booted } from './boot-simulator.ts';
import { aText, matching } from './matchers.ts';
import { hmac, receiveWebhooks } from './webhook-receiver.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const microseconds = '2026-06-15T10:00:00.000000';
const target = 'http://127.0.0.1:1/hooks';

const subscribe = (booted: Booted, over: Record<string, unknown> = {}, merchant = acme) =>
  booted.management('/webhooks/subscribe', { body: { url: target, events: ['job.balance', 'bank.revocation'], ...over } }, merchant);

const listed = async (booted: Booted, merchant = acme) => (await booted.management('/webhooks/list', {}, merchant)).body.subscriptions as { status: string; failure_count: number }[];

async function startJob(booted: Booted, path: string): Promise<string> {
  const id = await booted.linkBank('default');
  await booted.aerosync(`/v2/accounts/${id}/${path}`, { method: 'POST', token: await booted.apiToken() });
  return id;
}

describe('webhook management', () => {
  it('subscribes, and lists what is subscribed', async () => {
    const booted = await bootSimulator();

    const { status, body } = await subscribe(booted, { secret_key: 'shared secret' });

    expect(status).toBe(201);
    const common = { webhook_id: matching(uuid), url: target, events: ['job.balance', 'bank.revocation'], status: 'active', created_at: microseconds };
    expect(body).toEqual({ ...common, merchant_id: '1456' });
    const list = await booted.management('/webhooks/list');
    expect(list.body).toEqual({ subscriptions: [{ ...common, failure_count: 0, last_success_at: null, last_failure_at: null, updated_at: microseconds }], total_count: 1 });
    expect(list.text).not.toContain('shared secret');
    expect(await listed(booted, bolt)).toEqual([]);
  });

  it('lists the subscription that was set up with Aeropay', async () => {
    const booted = await bootSimulator({ merchants: [{ ...acme, webhook: { url: target } }] });
    expect(await listed(booted)).toMatchObject([{ webhook_id: matching(uuid), url: target, status: 'active', events: ['job.balance', 'job.transaction', 'job.identity', 'migration_tool', 'bank.revocation', 'test.event'] }]);
  });

  it('sends only the events that were asked for, to every subscription that asked', async () => {
    const [balances, everything] = [await receiveWebhooks(), await receiveWebhooks()];
    const booted = await bootSimulator({ merchants: [{ ...acme, webhook: { url: everything.url } }] });
    await subscribe(booted, { url: balances.url, events: ['job.balance'], secret_key: 'shared secret' });

    await startJob(booted, 'identity');
    await startJob(booted, 'refresh');

    const names = async (receiver: typeof balances, count: number) => (await receiver.arrived(count)).map(({ body }) => body.event);
    expect((await names(everything, 2)).toSorted()).toEqual(['job.balance', 'job.identity']);
    expect(await names(balances, 1)).toEqual(['job.balance']);
    expect(balances.received[0]?.headers['x-webhook-signature']).toBe(hmac(balances.received[0]?.raw ?? '', 'shared secret'));
    expect(everything.received[0]?.headers).not.toHaveProperty('x-webhook-signature');
  });

  it('changes URL, events and secret', async () => {
    const receiver = await receiveWebhooks();
    const booted = await bootSimulator();
    const { webhook_id: id } = (await subscribe(booted)).body;
    await booted.advance(1);

    const { status, body } = await booted.management(`/webhooks/${id}`, { method: 'PATCH', body: { url: receiver.url, events: ['job.identity'], secret_key: 'newer' } });

    expect(status).toBe(200);
    expect(body).toMatchObject({ webhook_id: id, url: receiver.url, events: ['job.identity'], status: 'active', updated_at: '2026-06-15T10:00:01.000000', message: aText });
    await startJob(booted, 'identity');
    const [delivery] = await receiver.arrived(1);
    expect(delivery?.headers['x-webhook-signature']).toBe(hmac(delivery?.raw ?? '', 'newer'));
  });

  it('pauses with a reason and unpauses, without sending what was missed', async () => {
    const receiver = await receiveWebhooks();
    const booted = await bootSimulator();
    const { webhook_id: id } = (await subscribe(booted, { url: receiver.url })).body;

    expect((await booted.management(`/webhooks/${id}/pause`)).body.error?.code).toBe('AC-100');
    expect((await booted.management(`/webhooks/${id}/pause`, { body: { reason: 'maintenance' } })).body).toEqual({ message: aText });
    expect(await listed(booted)).toMatchObject([{ status: 'paused' }]);
    await startJob(booted, 'refresh');
    expect((await booted.management(`/webhooks/${id}/unpause`)).body).toEqual({ message: aText });
    const told = await startJob(booted, 'refresh');

    expect((await receiver.arrived(1)).map(({ body }) => (body.data as unknown as { connection_id: string }).connection_id)).toEqual([told]);
    expect(await listed(booted)).toMatchObject([{ status: 'active' }]);
  });

  it('shows the pause after five failed deliveries, which only unpause ends', async () => {
    const receiver = await receiveWebhooks();
    receiver.answer = 500;
    const booted = await bootSimulator();
    const { webhook_id: id } = (await subscribe(booted, { url: receiver.url, events: ['test.event'] })).body;

    for (let delivery = 0; delivery < 5; delivery += 1) {
      await booted.management(`/webhooks/${id}/test`);
      for (const [attempt, seconds] of [[1, 2], [2, 4], [3, 0]] as const) {
        await vi.waitUntil(async () => (await booted.sim('/webhooks')).body.deliveries.length >= delivery * 3 + attempt, { timeout: 5000, interval: 5 });
        await booted.advance(seconds);
      }
    }

    expect(await listed(booted)).toMatchObject([{ status: 'paused', failure_count: 5, last_failure_at: '2026-06-15T10:00:30.000000' }]);
    await booted.advance(86_400);
    expect(await listed(booted)).toMatchObject([{ status: 'paused' }]);
    await booted.management(`/webhooks/${id}`, { method: 'PATCH', body: { url: receiver.url } });
    expect(await listed(booted)).toMatchObject([{ status: 'paused' }]);
    await booted.management(`/webhooks/${id}/unpause`);
    expect(await listed(booted)).toMatchObject([{ status: 'active', failure_count: 0 }]);
  });

  it('sends the test event whatever was asked for', async () => {
    const receiver = await receiveWebhooks();
    const booted = await bootSimulator();
    const { webhook_id: id } = (await subscribe(booted, { url: receiver.url, events: ['job.balance'] })).body;

    expect((await booted.management(`/webhooks/${id}/test`)).body).toEqual({ message: aText });

    expect((await receiver.arrived(1))[0]?.body).toMatchObject({ event: 'test.event', merchant_id: '1456' });
  });

  it('deletes', async () => {
    const booted = await bootSimulator();
    const { webhook_id: id } = (await subscribe(booted)).body;
    expect((await booted.management(`/webhooks/${id}`, { method: 'DELETE' })).body).toEqual({ success: true, message: aText });
    expect(await listed(booted)).toEqual([]);
    expect((await booted.management(`/webhooks/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('answers for another merchant\'s subscription as for none', async () => {
    const booted = await bootSimulator();
    const { webhook_id: id } = (await subscribe(booted)).body;
    const calls: [string, string][] = [['PATCH', ''], ['POST', '/pause'], ['POST', '/unpause'], ['POST', '/test'], ['DELETE', '']];
    for (const [method, rest] of calls) {
      const strange = await booted.management(`/webhooks/${id}${rest}`, { method }, bolt);
      const absent = await booted.management(`/webhooks/nothing${rest}`, { method }, bolt);
      expect([method, rest, strange.status, strange.text]).toEqual([method, rest, 404, absent.text]);
    }
  });

  it('needs both the key and a token of the same merchant', async () => {
    const booted = await bootSimulator();
    expect(await booted.management('/webhooks/list', { headers: { 'x-api-key': 'wrong' } })).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    for (const token of ['aaa.bbb.ccc', await booted.apiToken(bolt), await booted.merchantToken()]) {
      expect(await booted.management('/webhooks/list', { token })).toMatchObject({ status: 403, body: { error: { code: 'AC-001' } } });
    }
  });

  it.each([
    [{ url: 'ftp://example.com' }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: ['job.unheard_of'] }, 'events.0'],
    [{ secret_key: '' }, 'secret_key'],
    [{ merchant_id: '2001' }, 'merchant_id'],
  ])('refuses %j', async (over, field) => {
    expect(await subscribe(await bootSimulator(), over)).toMatchObject({ status: 400, body: { error: { code: 'AC-100', message: `Required attribute is missing or has a wrong format: ${field}` } } });
  });

  it('stands in the call log, and HTTP faults strike it', async () => {
    const booted = await bootSimulator();
    await booted.sim('/faults', { body: { call: 'webhook-management POST /webhooks/subscribe', fault: 'status', status: 503 } });
    expect((await subscribe(booted)).status).toBe(503);
    expect((await subscribe(booted)).status).toBe(201);
    expect((await booted.sim('/calls?merchant=acme')).body.counts).toMatchObject({ 'webhook-management POST /webhooks/subscribe': 1 });
    expect((await booted.sim('/calls')).body.counts).toMatchObject({ 'webhook-management POST /webhooks/subscribe': 2 });
  });
});
