import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { acme, bolt, bootSimulator, startedAt } from './boot-simulator.ts';
import { aText, matching } from './matchers.ts';
import { receiveWebhooks } from './webhook-receiver.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('a simulator with a data folder', () => {
  it('knows people, banks and codes after a restart, and what is linked for payments', async () => {
    const data = newFolder();
    const before = await bootSimulator({ data });
    const { user } = (await before.createUser()).body;
    const waiting = (await before.createUser({ phoneNumber: '+12025550101' })).body.user;
    const { connectionId } = (await before.sim('/connections', { body: { aeroPassUserUuid: user.id, scenario: 'fails_always' } })).body;
    await before.aeropay('/v2/linkAccountFromAggregator', { token: await before.userToken(user.id), body: { connectionId, aggregator: 'aerosync' } });
    const accounts = (await before.aeropay('/v2/bankAccounts', { token: await before.userToken(user.id) })).body;
    const account = (await before.aerosync(`/v2/accounts/${connectionId}`, { token: await before.apiToken() })).body;
    await before.simulator.close();

    const after = await bootSimulator({ data });

    expect((await after.aeropay('/v2/bankAccounts', { token: await after.userToken(user.id) })).body).toEqual(accounts);
    expect((await after.aerosync(`/v2/accounts/${connectionId}`, { token: await after.apiToken() })).body).toEqual(account);
    expect((await after.sim(`/connections/${connectionId}/expected`)).body).toMatchObject({ scenario: 'fails_always' });
    expect(await after.userToken(waiting.id)).toBeUndefined();
    await after.aeropay('/v2/confirmUser', { token: await after.merchantToken(), body: { userId: waiting.id, code: '000000', merchantId: 1456 } });
    expect(await after.userToken(waiting.id)).toEqual(aText);
  });

  it('goes on with its jobs as if it had never stopped', async () => {
    const data = newFolder();
    const before = await bootSimulator({ data });
    const token = await before.apiToken();
    const start = async (id: string, path = 'refresh') => (await before.aerosync(`/v2/accounts/${id}/${path}`, { method: 'POST', token })).body.jobId;
    const [slow, asks, stuck, ended] = [await before.linkBank('slow'), await before.linkBank('mfa'), await before.linkBank('stuck'), await before.linkBank('default')];
    const jobs = { slow: await start(slow), asks: await start(asks), stuck: await start(stuck), ended: await start(ended, 'transactions') };
    await before.advance(2);
    await before.simulator.close();

    const after = await bootSimulator({ data });
    const status = async (id: string, jobId: string) => (await after.aerosync(`/v2/accounts/${id}/job/${jobId}`, { token: await after.apiToken() })).body.jobStatus;
    const all = async () => [await status(slow, jobs.slow), await status(asks, jobs.asks), await status(stuck, jobs.stuck), await status(ended, jobs.ended)];

    expect((await after.sim('/clock')).body).toEqual({ now: '2026-06-15T10:00:02.000Z' });
    expect(await all()).toEqual(['Initiated', 'MFA_REQUIRED', 'IN_PROGRESS', 'COMPLETED']);
    expect((await after.aerosync(`/v2/accounts/${stuck}/refresh`, { method: 'POST', token: await after.apiToken() })).body.error?.code).toBe('AC-112');
    expect((await after.aerosync(`/v2/accounts/${ended}/transactions?job_id=${jobs.ended}`, { token: await after.apiToken() })).body.transactions).toHaveLength(12);
    await after.sim(`/jobs/${jobs.asks}/mfa`, { method: 'POST' });
    await after.advance(10);
    expect(await all()).toEqual(['COMPLETED', 'COMPLETED', 'IN_PROGRESS', 'COMPLETED']);
  });

  it('catches up with what fell due while it was away, in order and with the time it was due at', async () => {
    const data = newFolder();
    const receiver = await receiveWebhooks();
    const merchants = [{ ...acme, webhook: { url: receiver.url } }, bolt];
    let now = startedAt;
    const before = await bootSimulator({ data, merchants, now: () => now });
    const id = await before.linkBank('mfa');
    await before.aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token: await before.apiToken() });
    await receiver.arrived(1);
    await vi.waitUntil(async () => (await before.sim('/webhooks')).body.deliveries.length === 1);
    await before.simulator.close();

    now += 3_600_000;
    await bootSimulator({ data, merchants, now: () => now });

    const bodies = (await receiver.arrived(3)).map(({ body }) => [body.data.status, body.timestamp - startedAt / 1000]);
    expect([bodies[0], ...bodies.slice(1).toSorted()]).toEqual([['initiated', 0], ['failed', 900], ['pending_mfa', 0]]);
  });

  it('sends again what was not accepted when it stopped', async () => {
    const data = newFolder();
    const receiver = await receiveWebhooks();
    receiver.answer = 500;
    const merchants = [{ ...acme, webhook: { url: receiver.url, secretKey: 'shared secret' } }, bolt];
    const before = await bootSimulator({ data, merchants });
    const id = await before.linkBank('stuck');
    await before.aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token: await before.apiToken() });
    await vi.waitUntil(async () => (await before.sim('/webhooks')).body.deliveries.length === 1);
    await before.simulator.close();

    receiver.answer = 200;
    const after = await bootSimulator({ data, merchants });
    await after.advance(2);
    await receiver.arrived(2);
    await vi.waitUntil(async () => (await after.sim('/webhooks')).body.deliveries.length === 1);
    await after.simulator.close();
    const last = await bootSimulator({ data, merchants });
    await last.advance(3600);

    expect(receiver.received.map(({ raw }) => raw)).toEqual(Array(2).fill(receiver.received[0]?.raw));
    expect((await last.sim('/webhooks')).body.deliveries).toEqual([]);
  });

  it('that is held answers calls, but tells nothing before it knows where webhooks go now', async () => {
    const data = newFolder();
    const [old, current] = [await receiveWebhooks(), await receiveWebhooks()];
    old.answer = 500;
    let now = startedAt;
    const before = await bootSimulator({ data, merchants: [{ ...acme, webhook: { url: old.url } }, bolt], now: () => now });
    const id = await before.linkBank('default');
    const { jobId } = (await before.aerosync(`/v2/accounts/${id}/refresh`, { method: 'POST', token: await before.apiToken() })).body;
    await old.arrived(1);
    await before.simulator.close();

    now += 60_000;
    const after = await bootSimulator({ data, held: true, now: () => now });
    expect((await after.aerosync(`/v2/accounts/${id}/job/${jobId}`, { token: await after.apiToken() })).body.jobStatus).not.toBe('COMPLETED');
    after.simulator.setWebhook('acme', { url: current.url });
    after.simulator.release();
    await current.arrived(2);
    expect(current.statuses().toSorted()).toEqual(['completed', 'initiated']);
    expect(old.received).toHaveLength(1);
  });

  it('keeps subscriptions, and the pause of one that is registered again as it was', async () => {
    const data = newFolder();
    const webhook = { url: 'http://127.0.0.1:1/hooks', secretKey: 'shared secret' };
    const before = await bootSimulator({ data, merchants: [{ ...acme, webhook }, bolt] });
    const { webhook_id: own } = (await before.management('/webhooks/subscribe', { body: { url: 'http://127.0.0.1:1/own', events: ['job.balance'] } })).body;
    const { subscriptions } = (await before.management('/webhooks/list')).body as unknown as { subscriptions: { webhook_id: string }[] };
    const registered = subscriptions.find(({ webhook_id }) => webhook_id !== own)?.webhook_id;
    await before.management(`/webhooks/${registered}/pause`, { body: { reason: 'test' } });
    await before.simulator.close();

    const after = await bootSimulator({ data, merchants: [{ ...acme, webhook }, bolt] });
    expect((await after.management('/webhooks/list')).body.subscriptions).toMatchObject([{ webhook_id: registered, status: 'paused' }, { webhook_id: own, status: 'active' }]);
    after.simulator.setWebhook('acme', { ...webhook, url: 'http://127.0.0.1:2/hooks' });
    expect((await after.management('/webhooks/list')).body.subscriptions).toMatchObject([{ webhook_id: registered, status: 'active', url: 'http://127.0.0.1:2/hooks' }, {}]);
  });

  it('gives no id again with the same seed', async () => {
    const data = newFolder();
    const ids: string[] = [];
    for (let start = 0; start < 3; start += 1) {
      const booted = await bootSimulator({ data, seed: 7 });
      ids.push((await booted.createUser()).body.user.id);
      await booted.simulator.close();
    }
    expect(new Set(ids).size).toBe(3);
    const fresh = await bootSimulator({ seed: 7 });
    expect((await fresh.createUser()).body.user.id).toBe(ids[0]);
  });

  it('forgets tokens, so that callers fetch new ones', async () => {
    const data = newFolder();
    const before = await bootSimulator({ data });
    const [token, id] = [await before.apiToken(), await before.linkBank('default')];
    await before.simulator.close();
    const after = await bootSimulator({ data });
    expect((await after.aerosync(`/v2/accounts/${id}`, { token })).body.error?.code).toBe('AC-001');
  });

  it('drops the half line of a killed write and refuses a broken one in a sentence', async () => {
    const data = newFolder();
    const before = await bootSimulator({ data });
    const { user } = (await before.createUser()).body;
    await before.simulator.close();
    const file = join(data, 'simulator.jsonl');
    expect(statSync(file).mode & 0o777).toBe(0o600);

    appendFileSync(file, '["person","half');
    const after = await bootSimulator({ data });
    expect(await after.userToken(user.id)).toEqual(aText);
    await after.simulator.close();

    writeFileSync(file, `${readFileSync(file, 'utf8')}{"not":"a line"}\n`);
    await expect(bootSimulator({ data })).rejects.toThrow(`of ${file} is not the simulator's: move the file away to start with nothing.`);
    writeFileSync(file, '["person","x",{"id":7}]\n');
    await expect(bootSimulator({ data })).rejects.toThrow('The simulator\'s data has a person "x" that this version cannot read');
  });

  it('refuses a folder that a running simulator has, and leaves it alone', async () => {
    const data = newFolder();
    const running = await bootSimulator({ data });
    await expect(bootSimulator({ data })).rejects.toThrow(`The data in ${data} is in use by process ${process.pid}: stop it, or delete ${join(data, 'simulator.lock')} if that is no simulator.`);
    const { user } = (await running.createUser()).body;
    await running.simulator.close();

    writeFileSync(join(data, 'simulator.lock'), '999999999');
    const next = await bootSimulator({ data });
    expect(await next.userToken(user.id)).toEqual(aText);
  });

  it('gives the folder back when it cannot start', async () => {
    const data = newFolder();
    const { simulator } = await bootSimulator();
    const port = Number(new URL(simulator.url).port);
    await expect(bootSimulator({ data, port })).rejects.toThrow('is in use');
    await expect(bootSimulator({ data, contradictions: { 99: 'A' } })).rejects.toThrow('Contradiction 99');
    expect((await (await bootSimulator({ data })).sim('/health')).status).toBe(200);
  });

  it('remembers all it has answered when it is killed', async () => {
    const data = newFolder();
    const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));
    const start = async () => {
      const child = spawn(process.execPath, [main, '--quiet', '--port', '0', '--data', data]);
      onTestFinished(() => void child.kill('SIGKILL'));
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      while (!out.includes('control plane')) await once(child.stdout, 'data');
      return { child, aeropay: /^AEROPAY_BASE_URL=(.+)$/m.exec(out)?.[1] ?? '' };
    };
    const post = async (url: string, body: object, token = '') => {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
      return (await response.json()) as { token: string; user: { id: string } };
    };
    const credentials = { scope: 'merchant', apiKey: 'sim-aeropay-key', apiSecret: 'sim-aeropay-secret', id: '1456' };
    const first = await start();
    const { token } = await post(`${first.aeropay}/v2/token`, credentials);
    const { user } = await post(`${first.aeropay}/v2/user`, { firstName: 'Jane', lastName: 'Doe', phoneNumber: '+12024440001', email: 'jane@example.com' }, token);

    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    const second = await start();

    expect(await post(`${second.aeropay}/v2/token`, { ...credentials, scope: 'userForMerchant', userId: user.id })).toEqual({ TTL: 1800, token: matching(/^ey/) });
  });
});
