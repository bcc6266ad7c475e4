import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../../simulator/start-simulator.ts';
import { acme, bolt, bootSimulator } from './boot-simulator.ts';
import { aText } from './matchers.ts';

describe('startSimulator', () => {
  it('listens on 127.0.0.1 and keeps the two products apart by a prefix', async () => {
    const { simulator } = await bootSimulator();
    expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(simulator.aeropayUrl).toBe(`${simulator.url}/aeropay`);
    expect(simulator.aerosyncUrl).toBe(`${simulator.url}/aerosync`);
  });

  it.each([
    ['another host name', 'GET', { host: 'evil.example' }, 403],
    ['a page of another origin', 'POST', { origin: 'https://evil.example' }, 403],
    ['its own widget page', 'POST', {}, 200],
  ])('answers %s with %s as it should', async (_who, method, headers: Record<string, string>, status) => {
    const { simulator } = await bootSimulator();
    const { port } = new URL(simulator.url);
    const own = headers['host'] === undefined && headers['origin'] === undefined ? { origin: simulator.url } : {};
    const request = http.request({ host: '127.0.0.1', port, path: method === 'GET' ? '/sim/health' : '/sim/tokens/expire', method, headers: { ...headers, ...own } });
    request.end();
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(status);
  });

  it('says in a sentence that a port is in use', async () => {
    const { simulator } = await bootSimulator();
    const port = Number(new URL(simulator.url).port);
    await expect(startSimulator({ merchants: [acme], port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use: stop what listens there or choose another port.`);
  });

  it('refuses two merchants with one key or name, and one that is malformed', async () => {
    await expect(startSimulator({ merchants: [acme, { ...bolt, name: 'acme' }] })).rejects.toThrow('"acme"');
    await expect(startSimulator({ merchants: [acme, { ...bolt, aerosync: acme.aerosync }] })).rejects.toThrow('shares its name or an API key');
    await expect(startSimulator({ merchants: [{ ...acme, aeropay: { ...acme.aeropay, merchantId: 'acme' } }] })).rejects.toThrow('1 to 12 digits');
  });

  it('takes a merchant later', async () => {
    const { simulator, apiToken } = await bootSimulator({ merchants: [acme] });
    expect(await apiToken(bolt)).toBeUndefined();
    simulator.addMerchant(bolt);
    expect(await apiToken(bolt)).toEqual(aText);
    expect(() => simulator.setWebhook('nobody', { url: 'http://127.0.0.1:1/' })).toThrow('There is no merchant "nobody"');
  });

  it('repeats its ids with the same seed and not without one', async () => {
    const idWith = async (seed?: number) => {
      const { linkBank } = await bootSimulator(seed === undefined ? {} : { seed });
      return linkBank('default');
    };
    expect(await idWith(7)).toBe(await idWith(7));
    expect(await idWith(7)).not.toBe(await idWith(8));
    expect(await idWith()).not.toBe(await idWith());
  });

  it('logs a line per call, with no secret, token or personal data in it', async () => {
    const lines: string[] = [];
    const { linkBank, apiToken, aerosync } = await bootSimulator({ log: (line) => lines.push(line) });
    const id = await linkBank('default');
    const token = await apiToken();
    await aerosync(`/v2/accounts/${id}/transactions?job_id=x`, { token });

    expect(lines).toContain(`GET /aerosync/v2/accounts/${id}/transactions 404 AC-102 acme`);
    const all = lines.join('\n');
    for (const secret of [token, acme.aeropay.apiSecret, acme.aerosync.apiSecret, 'jane@example.com', '+1202', 'Doe']) expect(all).not.toContain(secret);
  });
});

describe('node simulator/main.ts', () => {
  function run(args: string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../simulator/main.ts', import.meta.url)), ...args], { env: { ...process.env, ...env } });
    onTestFinished(() => void child.kill('SIGKILL'));
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
    return { child, output, ended: once(child, 'close').then(([code]: unknown[]) => code) };
  }

  it('prints the base URLs, serves them, and ends with 0 at SIGTERM', async () => {
    const { child, output, ended } = run(['--quiet'], { SIMULATOR_PORT: '0' });
    while (!output.out.includes('control plane')) await once(child.stdout, 'data');
    const aerosyncUrl = /^AEROSYNC_BASE_URL=(.+)$/m.exec(output.out)?.[1];

    const reply = await fetch(`${aerosyncUrl}/v2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiKey: 'sim-aerosync-key', apiSecret: 'sim-aerosync-secret' }),
    });
    child.kill('SIGTERM');

    expect(reply.status).toBe(200);
    expect(await ended).toBe(0);
  });

  it('prints the scenarios and ends', async () => {
    const { output, ended } = run(['--scenarios']);
    expect(await ended).toBe(0);
    expect(output.out).toContain('| `transactions_1234` |');
  });

  it('prints the contradictions and ends', async () => {
    const { output, ended } = run(['--contradictions']);
    expect(await ended).toBe(0);
    expect(output.out).toContain('| 5 | wrong Aeropay key or secret |');
  });

  it('takes sides and the life of tokens', async () => {
    const { child, output } = run(['--quiet', '--port', '0', '--side', '26=A', '--side', '5=B', '--token-seconds', '60']);
    while (!output.out.includes('control plane')) await once(child.stdout, 'data');
    const aeropayUrl = /^AEROPAY_BASE_URL=(.+)$/m.exec(output.out)?.[1];
    const aerosyncUrl = /^AEROSYNC_BASE_URL=(.+)$/m.exec(output.out)?.[1];
    const post = (url: string, body: object) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

    expect(await (await post(`${aerosyncUrl}/v2/token`, { apiKey: 'sim-aerosync-key', apiSecret: 'sim-aerosync-secret' })).json()).toMatchObject({ TTL: 60 });
    expect((await post(`${aeropayUrl}/v2/token`, { scope: 'merchant', apiKey: 'wrong', apiSecret: 'wrong', id: '1456' })).status).toBe(401);
  });

  it.each([
    [['--side', '5'], 'a side is written like 5=B'],
    [['--side', '5=D', '--side', '16=A'], 'Contradiction 16 cannot be chosen'],
    [['--token-seconds', '0'], 'tokenSeconds'],
    [['--port', 'http'], 'port'],
    [['--webhook-url', 'here'], 'webhookUrl'],
    [['--prot', '4010'], '--prot'],
  ])('ends with 1 and one complaint for %j', async (args, word) => {
    const { output, ended } = run(args);
    expect(await ended).toBe(1);
    expect(output.err.split('\n')[0]).toContain(word);
    expect(output.err).not.toContain('    at ');
  });

  it('ends with 1 when the port is in use', async () => {
    const { simulator } = await bootSimulator();
    const { output, ended } = run(['--port', new URL(simulator.url).port]);
    expect(await ended).toBe(1);
    expect(output.err).toContain('is in use');
  });
});
