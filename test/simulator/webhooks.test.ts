import { describe, expect, it, vi } from 'vitest';
import { acme, bolt, bootSimulator, type Booted } from './boot-simulator.ts';
import { matching } from './matchers.ts';
import { hmac, receiveWebhooks, type Receiver } from './webhook-receiver.ts';

interface Listening extends Booted {
  receiver: Receiver;
  token: string;
  start: (id: string, path?: string) => Promise<string>;
  /** Waits until the simulator has written down so many deliveries with this outcome. */
  outcomes: (outcome: string, count: number) => Promise<void>;
}

async function listen(secretKey: string | undefined = 'shared secret'): Promise<Listening> {
  const receiver = await receiveWebhooks();
  const webhook = { url: receiver.url, ...(secretKey !== '' && { secretKey }) };
  const booted = await bootSimulator({ merchants: [{ ...acme, webhook }, bolt] });
  const token = await booted.apiToken();
  return {
    ...booted,
    receiver,
    token,
    start: async (id, path = 'refresh') => (await booted.aerosync(`/v2/accounts/${id}/${path}`, { method: 'POST', token })).body.jobId,
    outcomes: async (outcome, count) => {
      const seen = async () => (await booted.sim('/webhooks')).body.deliveries.filter((delivery: { outcome: string }) => delivery.outcome === outcome).length;
      await vi.waitUntil(async () => (await seen()) >= count, { timeout: 5000, interval: 5 });
    },
  };
}

/** Lets so many deliveries fail all three attempts; `before` is how many did already. */
async function failDeliveries({ receiver, start, linkBank, outcomes, advance }: Listening, count: number, before = 0): Promise<void> {
  receiver.answer = 500;
  for (let delivery = before; delivery < before + count; delivery += 1) {
    await start(await linkBank('stuck'));
    for (const [attempt, seconds] of [[1, 2], [2, 4], [3, 0]] as const) {
      await outcomes('refused', delivery * 3 + attempt);
      await advance(seconds);
    }
  }
}

describe('a webhook', () => {
  it('is signed over its raw body and names job, connection and status', async () => {
    const { linkBank, start, receiver } = await listen();
    const id = await linkBank('default');

    const jobId = await start(id);
    const [delivery] = await receiver.arrived(1);

    expect(delivery?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Aerosync-Webhooks/1.0',
      'x-webhook-signature': hmac(delivery?.raw ?? '', 'shared secret'),
    });
    expect(delivery?.body).toEqual({
      event: 'job.balance',
      timestamp: Date.UTC(2026, 5, 15, 10) / 1000,
      merchant_id: '1456',
      data: { status: 'initiated', job_id: jobId, connection_id: id, user_id: id },
    });
  });

  it.each([
    ['refresh', 'job.balance'],
    ['transactions', 'job.transaction'],
    ['identity', 'job.identity'],
  ])('of %s is called %s', async (path, event) => {
    const { linkBank, start, receiver } = await listen();
    await start(await linkBank('default'), path);
    expect((await receiver.arrived(1))[0]?.body.event).toBe(event);
  });

  it.each([
    ['default', ['initiated', 'completed']],
    ['fails_without_code', ['initiated', 'failed']],
    ['mfa', ['initiated', 'pending_mfa']],
    ['stuck', ['initiated']],
  ])('comes for the states of %s, but never for in_progress', async (scenario, statuses) => {
    const { linkBank, start, receiver, advance, outcomes } = await listen();
    await start(await linkBank(scenario));
    await receiver.arrived(1);
    await advance(1.5);
    await receiver.arrived(statuses.length);
    await outcomes('accepted', statuses.length);
    expect(receiver.statuses()).toEqual(statuses);
  });

  it('comes again for each bank question', async () => {
    const { linkBank, start, receiver, advance, sim } = await listen();
    const jobId = await start(await linkBank('mfa_twice'));
    await receiver.arrived(1);
    for (const count of [2, 3, 4]) {
      await advance(1.5);
      await receiver.arrived(count);
      await sim(`/jobs/${jobId}/mfa`, { method: 'POST' });
    }
    expect(receiver.statuses()).toEqual(['initiated', 'pending_mfa', 'pending_mfa', 'completed']);
  });

  it('carries no signature when no secret was agreed', async () => {
    const { linkBank, start, receiver } = await listen('');
    await start(await linkBank('default'));
    expect((await receiver.arrived(1))[0]?.headers).not.toHaveProperty('x-webhook-signature');
  });

  it('is sent to nobody else', async () => {
    const { linkBank, aerosync, apiToken, receiver, start } = await listen();
    const atBolt = await linkBank('default', {}, bolt);
    await aerosync(`/v2/accounts/${atBolt}/refresh`, { method: 'POST', token: await apiToken(bolt) });
    const jobId = await start(await linkBank('default'));
    expect((await receiver.arrived(1)).map(({ body }) => body.data.job_id)).toEqual([jobId]);
  });

  it('tells of a revocation, unless the bank is one that does not', async () => {
    const { linkBank, sim, receiver } = await listen();
    const [quiet, told] = [await linkBank('default'), await linkBank('default')];

    await sim(`/connections/${quiet}/revoke`, { body: { webhook: false } });
    await sim(`/connections/${told}/revoke`, { body: {} });

    expect((await receiver.arrived(1)).map(({ body }) => body)).toMatchObject([
      { event: 'bank.revocation', data: { client_id: '1456', user_id: told, connection_id: told, status: 'revoked' } },
    ]);
  });

  it('goes where a later setWebhook says', async () => {
    const { simulator, linkBank, start } = await listen();
    const later = await receiveWebhooks();
    simulator.setWebhook('acme', { url: later.url, secretKey: 'newer secret' });
    await start(await linkBank('default'));
    const [delivery] = await later.arrived(1);
    expect(delivery?.headers['x-webhook-signature']).toBe(hmac(delivery?.raw ?? '', 'newer secret'));
  });
});

describe('an endpoint that does not accept', () => {
  it('is tried three times, 2 s and 4 s apart, with the same body', async () => {
    const { linkBank, start, receiver, advance, outcomes } = await listen();
    receiver.answer = 500;
    await start(await linkBank('stuck'));
    await outcomes('refused', 1);
    await advance(1.9);
    expect(receiver.received).toHaveLength(1);
    await advance(0.1);
    await outcomes('refused', 2);
    await advance(4);
    await outcomes('refused', 3);
    await advance(3600);

    expect(new Set(receiver.received.map(({ raw }) => raw)).size).toBe(1);
    expect(receiver.received).toHaveLength(3);
  });

  it('is tried no more once it accepts', async () => {
    const { linkBank, start, receiver, advance, outcomes, sim } = await listen();
    receiver.answer = 503;
    await start(await linkBank('stuck'));
    await outcomes('refused', 1);
    receiver.answer = 204;
    await advance(2);
    await outcomes('accepted', 1);
    await advance(3600);
    expect(receiver.received).toHaveLength(2);
    expect((await sim('/webhooks')).body.subscriptions[0]).toMatchObject({ status: 'active', failureCount: 0 });
  });

  it('is given 30 s to answer', async () => {
    const { linkBank, start, receiver, advance, outcomes } = await listen();
    receiver.answer = null;
    await start(await linkBank('stuck'));
    await receiver.arrived(1);
    await advance(30);
    await outcomes('unreachable', 1);
    expect(receiver.received).toHaveLength(1);
  });

  it('is paused after five failed deliveries in a row and stays so until somebody unpauses it', async () => {
    const listening = await listen();
    const { linkBank, start, receiver, advance, outcomes, sim } = listening;
    await failDeliveries(listening, 5);
    expect((await sim('/webhooks')).body.subscriptions[0]).toMatchObject({ merchant: 'acme', status: 'paused', failureCount: 5 });

    receiver.answer = 200;
    await start(await linkBank('stuck'));
    await outcomes('missed', 1);
    await advance(86_400);
    expect(receiver.received).toHaveLength(15);

    await sim('/webhooks/unpause', { body: { merchant: 'acme' } });
    const second = await linkBank('stuck');
    await sim(`/connections/${second}/revoke`, { method: 'POST' });
    await receiver.arrived(16);
    expect(receiver.received.at(-1)?.body.event).toBe('bank.revocation');
  });

  it('is not paused when a delivery in between was accepted', async () => {
    const listening = await listen();
    const { linkBank, start, receiver, outcomes, sim } = listening;
    await failDeliveries(listening, 4);
    receiver.answer = 200;
    await start(await linkBank('stuck'));
    await outcomes('accepted', 1);

    await failDeliveries(listening, 1, 4);

    expect((await sim('/webhooks')).body.subscriptions[0]).toMatchObject({ status: 'active', failureCount: 1 });
  });

  it('never shows its secret on the control plane', async () => {
    const { sim } = await listen();
    const { text } = await sim('/webhooks');
    expect(text).toContain('"merchant":"acme"');
    expect(text).not.toContain('shared secret');
  });
});

describe('POST /sim/webhooks', () => {
  it.each([
    ['unsigned', undefined],
    ['wrong_signature', matching(/^sha256=[0-9a-f]{64}$/)],
  ])('%s spoils the signature', async (mode, signature) => {
    const { linkBank, start, receiver, sim } = await listen();
    await sim('/webhooks', { body: { mode } });
    await start(await linkBank('default'));
    const [delivery] = await receiver.arrived(1);
    expect(delivery?.headers['x-webhook-signature']).toEqual(signature);
    expect(delivery?.headers['x-webhook-signature']).not.toBe(hmac(delivery?.raw ?? '', 'shared secret'));
  });

  it('drop loses every event and counts no failure', async () => {
    const { linkBank, start, receiver, sim, advance, outcomes } = await listen();
    await sim('/webhooks', { body: { mode: 'drop' } });
    await start(await linkBank('default'));
    await advance(1.5);
    await outcomes('dropped', 2);
    expect(receiver.received).toEqual([]);
    expect((await sim('/webhooks')).body.subscriptions[0]).toMatchObject({ failureCount: 0, fault: { mode: 'drop' } });
  });

  it('drop with statuses loses only those', async () => {
    const { linkBank, start, receiver, sim, advance, outcomes } = await listen();
    await sim('/webhooks', { body: { mode: 'drop', statuses: ['completed', 'failed'] } });
    await start(await linkBank('default'));
    await receiver.arrived(1);
    await advance(1.5);
    await outcomes('dropped', 1);
    expect(receiver.statuses()).toEqual(['initiated']);
  });

  it('delaySeconds holds every event back, with the time it happened in its body', async () => {
    const { linkBank, start, receiver, sim, advance } = await listen();
    await sim('/webhooks', { body: { mode: 'deliver', delaySeconds: 600 } });
    await start(await linkBank('stuck'));
    await advance(599);
    expect(receiver.received).toEqual([]);
    await advance(1);
    expect((await receiver.arrived(1))[0]?.body.timestamp).toBe(Date.UTC(2026, 5, 15, 10) / 1000);
  });

  it('duplicates sends every event again', async () => {
    const { linkBank, start, receiver, sim } = await listen();
    await sim('/webhooks', { body: { mode: 'deliver', duplicates: 9 } });
    await start(await linkBank('stuck'));
    const received = await receiver.arrived(10);
    expect(new Set(received.map(({ raw }) => raw)).size).toBe(1);
  });

  it('reorder lets the next event overtake', async () => {
    const { linkBank, start, receiver, sim, advance } = await listen();
    await sim('/webhooks', { body: { mode: 'reorder' } });
    await start(await linkBank('default'));
    await advance(1.5);
    await receiver.arrived(2);
    expect(receiver.statuses()).toEqual(['completed', 'initiated']);
  });

  it('reorder holds an event that nothing overtakes for 5 s', async () => {
    const { linkBank, start, receiver, sim, advance } = await listen();
    await sim('/webhooks', { body: { mode: 'reorder' } });
    await start(await linkBank('stuck'));
    await advance(4.9);
    expect(receiver.received).toEqual([]);
    await advance(0.1);
    await receiver.arrived(1);
  });

  it('holds for one merchant when it names one, and ends with deliver', async () => {
    const { linkBank, start, receiver, sim } = await listen();
    await sim('/webhooks', { body: { mode: 'drop', merchant: 'bolt' } });
    await start(await linkBank('stuck'));
    await receiver.arrived(1);
    await sim('/webhooks', { body: { mode: 'drop' } });
    await sim('/webhooks', { body: { mode: 'deliver' } });
    await start(await linkBank('stuck'));
    expect(await receiver.arrived(2)).toHaveLength(2);
  });

  it('for all merchants replaces what was set for one', async () => {
    const { linkBank, start, receiver, sim } = await listen();
    await sim('/webhooks', { body: { mode: 'drop', merchant: 'acme' } });
    await sim('/webhooks', { body: { mode: 'deliver' } });
    await start(await linkBank('stuck'));
    expect(await receiver.arrived(1)).toHaveLength(1);
  });

  it.each([[{ mode: 'explode' }], [{ mode: 'drop', merchant: 'nobody' }], [{ mode: 'drop', until: 'tomorrow' }], [{}]])('refuses %j in a sentence', async (body) => {
    const { sim } = await listen();
    expect(await sim('/webhooks', { body })).toMatchObject({ status: 400, body: { error: matching(/\.$/) } });
  });
});
