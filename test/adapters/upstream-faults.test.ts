import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Aeropay } from '../../lambdas/adapters/aeropay/aeropay.ts';
import { exchange } from '../../lambdas/adapters/upstream-http/exchange.ts';
import { noReply } from '../../lambdas/adapters/upstream-http/no-reply.ts';
import { upstreamChoices } from '../../lambdas/domain/merchant.ts';
import { failureOf } from './failure-of.ts';
import { answer, byPath, listen, type Respond } from './loopback.ts';
import { adaptersBefore, adaptersFor, connectionId, credentials, HandClock, jane, merchantId } from './upstreams.ts';

describe('a host that does not exist', () => {
  it('is surely not accepted', async () => {
    const { jobs } = adaptersFor(new URL('http://aerosync.invalid'));
    const error = await failureOf(jobs.create(merchantId, connectionId, 'balance', null));
    expect(error).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: true } });
  });
});

describe('a failed fetch', () => {
  const failed = (cause: object) => new TypeError('fetch failed', { cause });

  it.each([
    ['no connection in time', failed({ code: 'UND_ERR_CONNECT_TIMEOUT' }), true],
    ['a refused connection', failed({ code: 'ECONNREFUSED', syscall: 'connect' }), true],
    ['every address refused', failed({ code: 'ECONNREFUSED', errors: [{ syscall: 'connect' }, { syscall: 'connect' }] }), true],
    ['a name that is not found', failed({ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }), true],
    ['a certificate that is over', failed({ code: 'CERT_HAS_EXPIRED' }), true],
    ['a reset', failed({ code: 'ECONNRESET', syscall: 'read' }), false],
    ['a closed socket', failed({ code: 'UND_ERR_SOCKET' }), false],
    ['a list without errors', failed({ errors: [] }), false],
    ['a time-out', new DOMException('x', 'TimeoutError'), false],
    ['something else', 'x', false],
  ])('by %s is judged by whether it can have been sent', (_what, error, surelyNotAccepted) => {
    expect(noReply('a call', error)).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted } });
  });

  it('quotes no header in its message', () => {
    expect(noReply('a call', new TypeError('Headers.append: "Bearer canary" is invalid')).message).toBe('a call: no reply (connection lost)');
  });
});

describe('a call whose time is over before it is sent', () => {
  it('is not sent', async () => {
    const upstream = await listen(answer(200, {}));
    const sent = exchange({ name: 'a call', method: 'POST', url: upstream.url, headers: {}, signal: AbortSignal.abort() }, () => new Date(0), fetch);
    expect(await failureOf(sent)).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: true } });
    expect(upstream.seen).toEqual([]);
  });
});

describe('the limit of a call', () => {
  it('lets a read and the call after it fit into one function of the API, and a host that takes no connection be known', async () => {
    const limits = vi.spyOn(AbortSignal, 'timeout');
    onTestFinished(() => limits.mockRestore());
    const upstream = await listen(byPath({ '/aerosync/v2/token': answer(200, { TTL: '1800', token: 't' }), [`/aerosync/v2/accounts/${connectionId}`]: answer(200, { account: {} }), [`/aerosync/v2/accounts/${connectionId}/refresh`]: answer(200, { jobId: 'REF-1' }) }));
    const { accounts, jobs } = adaptersFor(upstream.url, { timeoutMs: undefined });
    const limitOf = async (call: () => Promise<unknown>) => {
      limits.mockClear();
      await call();
      return limits.mock.calls[0]?.[0] ?? 0;
    };
    await accounts.read(merchantId, connectionId);
    const read = await limitOf(() => accounts.read(merchantId, connectionId));
    const create = await limitOf(() => jobs.create(merchantId, connectionId, 'balance', null));
    expect(Math.min(read, create)).toBeGreaterThan(10_000);
    expect(read + create).toBeLessThan(29_000);
  });
});

describe('the cap on replies', () => {
  const spaced = (bytes: number): Respond => answer(200, `{"account":{}}${' '.repeat(bytes - 14)}`);
  const path = `/aerosync/v2/accounts/${connectionId}`;

  it('lets 20 MiB pass', async () => {
    const { accounts } = await adaptersBefore({ [path]: spaced(20 * 1024 * 1024) });
    expect((await accounts.read(merchantId, connectionId)).connection.status).toBe('connected');
  });

  it('refuses one byte more', async () => {
    const { accounts } = await adaptersBefore({ [path]: spaced(20 * 1024 * 1024 + 1) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'UpstreamRejected', message: 'Aerosync account: the reply is larger than the cap' });
  });

  it('counts what a compressed reply unfolds to', async () => {
    const bomb = gzipSync(`{"account":{}}${' '.repeat(20 * 1024 * 1024)}`);
    const { accounts } = await adaptersBefore({ [path]: (_seen, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toThrow('larger than the cap');
  });
});

describe('Retry-After', () => {
  it.each([
    ['seconds', '7', 7],
    ['an HTTP date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['a date that is past', 'Thu, 01 Jan 2026 00:00:00 GMT', 0],
    ['more than an hour', '86400', 3600],
    ['nonsense', 'soon', undefined],
  ])('is read as %s', async (_form, header, seconds) => {
    const { jobs } = await adaptersBefore({ [`/aerosync/v2/accounts/${connectionId}/refresh`]: answer(429, {}, { 'retry-after': header }) }, { clock: new HandClock() });
    const error = await failureOf(jobs.create(merchantId, connectionId, 'balance', null));
    expect(error.details.retryAfterSeconds).toBe(seconds);
  });

  it('is heeded on 503, also without a JSON body', async () => {
    const { accounts } = await adaptersBefore({ [`/aerosync/v2/accounts/${connectionId}`]: answer(503, 'down', { 'retry-after': '12' }) });
    const error = await failureOf(accounts.read(merchantId, connectionId));
    expect(error).toMatchObject({ code: 'UpstreamUnavailable', details: { retryAfterSeconds: 12 } });
  });
});

describe('the message of an error', () => {
  it('names the paths that differ and keeps values and ids out', async () => {
    const { jobs } = await adaptersBefore({
      [`/aerosync/v2/accounts/${connectionId}/transactions`]: answer(200, { transactions: [{ id: 'T1', amount: 1, currency: 'USD' }, { description: 'Dr. Canary' }] }),
    });
    const error = await failureOf(jobs.readData(merchantId, connectionId, 'TRN-1', 'transactions', null));
    expect(error.message).toBe('Aerosync transactions data: the reply differs at transactions.1.id');
    expect(error.cause).toBeUndefined();
  });

  it('names five paths at most', async () => {
    const { jobs } = await adaptersBefore({
      [`/aerosync/v2/accounts/${connectionId}/transactions`]: answer(200, { transactions: Array.from({ length: 1000 }, () => ({})) }),
    });
    const error = await failureOf(jobs.readData(merchantId, connectionId, 'TRN-1', 'transactions', null));
    expect(error.message.match(/transactions\.\d+\.id/g)).toHaveLength(5);
  });

  it('quotes nothing of a reply that is no JSON', async () => {
    const { accounts } = await adaptersBefore({ [`/aerosync/v2/accounts/${connectionId}`]: answer(200, '{"accountNumber":"0010000canary"') });
    const error = await failureOf(accounts.read(merchantId, connectionId));
    expect(JSON.stringify([error.message, error.details, String(error.cause)])).not.toContain('canary');
  });
});

describe('the base URL', () => {
  it.each(['/proxy/aeropay', '/proxy/aeropay/', ''])('may have a path of its own: %j', async (base) => {
    const prefix = base.replace(/\/$/, '');
    const upstream = await listen(byPath({
      [`${prefix}/v2/token`]: answer(200, { TTL: 1800, token: 't' }),
      [`${prefix}/v2/user`]: answer(200, { user: { id: '1' } }),
    }));
    const settings = { baseUrl: new URL(base, upstream.url), clock: new HandClock(), credentials: async () => credentials, sleep: async () => undefined, random: () => 0 };
    const aeropay = new Aeropay(settings, { upstreamChoices: async () => upstreamChoices.parse({}) });
    expect((await aeropay.create(merchantId, jane)).upstreamUserId).toBe('1');
  });
});

describe('an upstream id that could lead elsewhere', () => {
  it.each(['../token', 'a/b', 'a?b', '', 'x'.repeat(65), 'é'])('is not let into a path: %j', async (id) => {
    const adapters = await adaptersBefore({});
    const refusals = await Promise.all([
      failureOf(adapters.accounts.read(merchantId, id)),
      failureOf(adapters.jobs.create(merchantId, id, 'balance', null)),
      failureOf(adapters.jobs.readState(merchantId, connectionId, id)),
      failureOf(adapters.jobs.readData(merchantId, connectionId, id, 'transactions', null)),
    ]);
    expect(refusals.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'UpstreamRejected'));
    expect(adapters.upstream.seen).toEqual([]);
  });

  it('is not taken from the reply to a create either', async () => {
    const { jobs } = await adaptersBefore({ [`/aerosync/v2/accounts/${connectionId}/refresh`]: answer(200, { jobId: '../../token' }) });
    const error = await failureOf(jobs.create(merchantId, connectionId, 'balance', null));
    expect(error.message).toMatch(/differs at jobId$/);
  });
});
