import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exchange } from '../../lambdas/adapters/upstream-http/exchange.ts';
import { fetchAfresh } from '../../lambdas/adapters/upstream-http/fetch-afresh.ts';
import { failureOf } from './failure-of.ts';
import { answer, byPath, deadUrl } from './loopback.ts';
import { adaptersFor, connectionId, merchantId } from './upstreams.ts';

async function server(listener: RequestListener): Promise<{ url: URL; connections: Socket[] }> {
  const connections: Socket[] = [];
  const http = createServer(listener).on('connection', (socket: Socket) => connections.push(socket));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  return { url: new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}`), connections };
}
const send = (url: URL, over: { readonly body?: string } = {}) =>
  fetchAfresh(url, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(10_000), ...over });
const exchanged = (url: URL, signal = AbortSignal.timeout(10_000)) => exchange({ name: 'a call', method: 'POST', url, headers: {}, signal }, () => new Date(0), fetchAfresh);

describe('a call that must not be sent twice', () => {
  it('has a connection of its own, so that none is used which was lost while the function was frozen; reads share one', async () => {
    const respond = byPath({
      '/aerosync/v2/token': answer(200, { TTL: '1800', token: 't' }), [`/aerosync/v2/accounts/${connectionId}`]: answer(200, { account: {} }),
      [`/aerosync/v2/accounts/${connectionId}/refresh`]: answer(200, { jobId: 'REF-1' }),
    });
    const { url, connections } = await server((request, response) => {
      request.resume().on('end', () => respond({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: undefined }, response));
    });
    const { accounts, jobs } = adaptersFor(url);
    const opened = async (call: () => Promise<unknown>) => {
      const before = connections.length;
      for (let time = 0; time < 3; time++) await call();
      return connections.length - before;
    };
    const read = () => accounts.read(merchantId, connectionId);
    await opened(read);
    expect([await opened(read), await opened(() => jobs.create(merchantId, connectionId, 'balance', null))]).toEqual([0, 3]);
  });

  it('is sent and answered as by fetch', async () => {
    const { url } = await server((request, response) => {
      request.setEncoding('utf8').once('data', (text: string) => response.writeHead(307, { 'retry-after': '7', location: '/elsewhere' }).end(`${request.method ?? ''} ${text}`));
    });
    const response = await send(url, { body: '{"a":1}' });
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([307, '7', 'POST {"a":1}']);
  });

  it.each([204, 205, 304])('may be answered without a body: %i', async (status) => {
    const { url } = await server((_request, response) => response.writeHead(status).end());
    const response = await send(url);
    expect([response.status, response.body]).toEqual([status, null]);
  });

  it.each(['HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\nok', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: else\r\nconnection: upgrade\r\n\r\n'])('is unclear when it is answered by something that is no answer: %j', async (raw) => {
    const { url } = await server((request) => request.socket.end(raw));
    expect(await failureOf(exchanged(url))).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: false } });
  });

  it('surely was not accepted where nobody listens', async () => {
    expect(await failureOf(exchanged(await deadUrl()))).toMatchObject({ message: 'a call: no reply (ECONNREFUSED)', details: { surelyNotAccepted: true } });
  });

  it.each([
    ['before it is answered', (): RequestListener => () => undefined],
    ['in the middle of the reply', (): RequestListener => (_request, response) => response.writeHead(200, { 'content-length': 100 }).write('half')],
  ])('is given up when its time is over %s', async (_when, listener) => {
    const { url } = await server(listener());
    expect(await failureOf(exchanged(url, AbortSignal.timeout(50)))).toMatchObject({ message: 'a call: no reply (time-out)', details: { surelyNotAccepted: false } });
  });

  it.each([
    ['before it is answered', (): RequestListener => (request) => request.socket.resetAndDestroy()],
    ['in the middle of the reply', (): RequestListener => (_request, response) => response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy())],
  ])('is unclear when the connection breaks %s', async (_when, listener) => {
    const { url } = await server(listener());
    expect(await failureOf(exchanged(url))).toMatchObject({ code: 'UpstreamUnavailable', details: { surelyNotAccepted: false } });
  });
});
