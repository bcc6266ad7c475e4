import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AeropayUsers } from '../../lambdas/adapters/aeropay/aeropay-users.ts';
import { exchange } from '../../lambdas/adapters/upstream-http/exchange.ts';
import { noReply } from '../../lambdas/adapters/upstream-http/no-reply.ts';
import { AppError } from '../../lambdas/domain/errors.ts';
import { answer, byPath, deadUrl, inTurn, listen, type Respond } from './loopback.ts';
import { adaptersBefore, adaptersFor, connectionId, credentials, HandClock, jane, merchantId, portCalls } from './upstreams.ts';

const html: Respond = (_seen, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
const reset: Respond = (_seen, response) => response.destroy();
const half: Respond = (_seen, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"token":"a');
const stalled: Respond = (_seen, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"token":');
const cutOff: Respond = (_seen, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"token":"a', () => response.destroy());
};
const redirect: Respond = (_seen, response) => response.writeHead(307, { location: '/elsewhere' }).end();
/** Fault, code of the catalogue, and whether nothing can have been accepted. */
const faults: readonly (readonly [string, Respond, string, boolean])[] = [
  ['429', answer(429, {}), 'UpstreamThrottled', true],
  ['429 as HTML', answer(429, '<html>'), 'UpstreamThrottled', true],
  ['500', answer(500, {}), 'UpstreamUnavailable', false],
  ['500 with an unknown code inside', answer(500, { error: { code: 'XX-1', message: 'x' } }), 'UpstreamUnavailable', false],
  ['502 as HTML', answer(502, '<html>Bad gateway</html>'), 'UpstreamUnavailable', false],
  ['503', answer(503, {}), 'UpstreamUnavailable', false],
  ['408', answer(408, {}), 'UpstreamUnavailable', false],
  ['a reset', reset, 'UpstreamUnavailable', false],
  ['HTML with 200', html, 'UpstreamUnavailable', false],
  ['half a JSON', half, 'UpstreamUnavailable', false],
  ['a reply that is cut off', cutOff, 'UpstreamUnavailable', false],
  ['an empty reply', answer(200, ''), 'UpstreamUnavailable', false],
  ['an error inside 200 with an unknown code', answer(200, { error: { code: 'AC-999', message: 'new' } }), 'UpstreamRejected', false],
  ['400 with an unknown code', answer(400, { error: { code: 'AP9999', message: 'new' } }), 'UpstreamRejected', false],
  ['404 without a code', answer(404, { message: 'Not Found' }), 'UpstreamRejected', false],
  ['403 without a body', answer(403, ''), 'UpstreamRejected', false],
  ['JSON of another shape', answer(200, ['surprise']), 'UpstreamRejected', false],
  ['JSON null', answer(200, null), 'UpstreamRejected', false],
  ['a redirect', redirect, 'UpstreamRejected', false],
];

async function failureOf(run: Promise<unknown>): Promise<AppError> {
  const error = await run.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

describe.each(portCalls)('$name', ({ path, run, least }) => {
  it.each(faults)('turns %s into a code of the catalogue, asking once', async (_fault, respond, code, surelyNotAccepted) => {
    const adapters = await adaptersBefore({ [path]: respond });
    const error = await failureOf(run(adapters));
    expect({ code: error.code, surelyNotAccepted: error.details.surelyNotAccepted === true }).toEqual({ code, surelyNotAccepted });
    expect(adapters.upstream.count(path)).toBe(1);
    expect(adapters.upstream.count('/elsewhere')).toBe(0);
  });

  it.each([
    ['silence', () => undefined],
    ['silence after half a reply', stalled],
  ] as const)('gives up on %s within the limit of the call, unclear whether it was accepted', async (_fault, respond) => {
    const adapters = await adaptersBefore({ [path]: respond }, { timeoutMs: 150 });
    const error = await failureOf(run(adapters));
    expect(error).toMatchObject({ code: 'UpstreamUnavailable' });
    expect(error.details.surelyNotAccepted).not.toBe(true);
  });

  it('knows a refused connection as surely not accepted', async () => {
    const error = await failureOf(run(adaptersFor(await deadUrl())));
    expect(error).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: true } });
  });

  it('answers well when only the least is said, and extra fields change nothing', async () => {
    const spare = await adaptersBefore({ [path]: answer(200, least) });
    const rich = await adaptersBefore({ [path]: answer(200, { ...least, status: 'success', statusCode: 200, addedNextYear: { x: 1 }, error: null }) });
    const said = await run(spare);
    expect(said).toBeDefined();
    expect(await run(rich)).toEqual(said);
  });
});

describe.each(portCalls.filter(({ path }) => path !== '/aerosync/v2/token_widget'))('$name without a token', ({ path, run }) => {
  const tokenPath = path.startsWith('/aeropay') ? '/aeropay/v2/token' : '/aerosync/v2/token';

  it.each(faults)('turns %s of the token call into a code, and is never sent', async (_fault, respond, code) => {
    const adapters = await adaptersBefore({ [tokenPath]: respond });
    const error = await failureOf(run(adapters));
    expect(error.code).toBe(code);
    // Whatever may pass may be tried again, since the call itself was not sent.
    expect(error.details.surelyNotAccepted === true).toBe(code !== 'UpstreamRejected');
    expect(adapters.upstream.count(path)).toBe(0);
  });

  it('gives up on a silent token call within the limit, surely not accepted', async () => {
    const adapters = await adaptersBefore({ [tokenPath]: () => undefined }, { timeoutMs: 150 });
    const error = await failureOf(run(adapters));
    expect(error).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: true } });
  });
});

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
    const sent = exchange({ name: 'a call', method: 'POST', url: upstream.url, signal: AbortSignal.abort() }, () => new Date(0), fetch);
    expect(await failureOf(sent)).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: true } });
    expect(upstream.seen).toEqual([]);
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
    const error = await failureOf(jobs.readData(merchantId, connectionId, 'TRN-1', 'transactions'));
    expect(error.message).toBe('Aerosync transactions data: the reply differs at transactions.1.id');
    expect(error.cause).toBeUndefined();
  });

  it('names five paths at most', async () => {
    const { jobs } = await adaptersBefore({
      [`/aerosync/v2/accounts/${connectionId}/transactions`]: answer(200, { transactions: Array.from({ length: 1000 }, () => ({})) }),
    });
    const error = await failureOf(jobs.readData(merchantId, connectionId, 'TRN-1', 'transactions'));
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
    const users = new AeropayUsers({ baseUrl: new URL(base, upstream.url), clock: new HandClock(), credentials: async () => credentials });
    expect((await users.create(merchantId, jane)).upstreamUserId).toBe('1');
  });
});

describe('an upstream id that could lead elsewhere', () => {
  it.each(['../token', 'a/b', 'a?b', '', 'x'.repeat(65), 'é'])('is not let into a path: %j', async (id) => {
    const adapters = await adaptersBefore({});
    const refusals = await Promise.all([
      failureOf(adapters.accounts.read(merchantId, id)),
      failureOf(adapters.jobs.create(merchantId, id, 'balance', null)),
      failureOf(adapters.jobs.readState(merchantId, connectionId, id)),
      failureOf(adapters.jobs.readData(merchantId, connectionId, id, 'transactions')),
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

describe('a failure that passes', () => {
  it('leaves the next call untouched', async () => {
    const path = `/aerosync/v2/accounts/${connectionId}`;
    const { accounts } = await adaptersBefore({ [path]: inTurn(reset, answer(200, { account: {} })), '/aerosync/v2/token': inTurn(answer(500, {}), answer(200, { TTL: '1800', token: 't' })) });
    expect((await failureOf(accounts.read(merchantId, connectionId))).code).toBe('UpstreamUnavailable');
    expect((await failureOf(accounts.read(merchantId, connectionId))).code).toBe('UpstreamUnavailable');
    expect((await accounts.read(merchantId, connectionId)).connection.status).toBe('connected');
  });
});
