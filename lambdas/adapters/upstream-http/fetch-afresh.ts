import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import type { HttpFetch } from './exchange.ts';

/** As long as the runtime's own `fetch` tries to connect. */
const connectLimitMs = 10_000;
/** Replies that have no body, not even an empty one. */
const bodiless = new Set([204, 205, 304]);

/**
 * A `fetch` that opens a connection for every request. On AWS a function is frozen between its invocations, and a connection kept open may be
 * gone when it is thawed: a request written to it has no answer, and nobody can say whether it was carried out. A read is sent again; what must
 * not be sent twice goes this way instead.
 * @throws TypeError with the system's error as its cause, as `fetch` does; the signal's reason once it aborts
 */
export const fetchAfresh: HttpFetch = (url, { method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    const { request: open } = url.protocol === 'https:' ? https : http;
    // Nothing here decompresses.
    const request = open(url, { method, headers: { 'accept-encoding': 'identity', ...headers }, agent: false });
    const end = (reason: unknown): void => {
      request.destroy(reason instanceof Error ? reason : new Error('aborted'));
    };
    const giveUp = (): void => end(signal.reason);
    const connecting = setTimeout(() => end(Object.assign(new Error('no connection in time'), { code: 'UND_ERR_CONNECT_TIMEOUT' })), connectLimitMs);
    const stopWatching = (): void => {
      clearTimeout(connecting);
      signal.removeEventListener('abort', giveUp);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    request.on('socket', (socket) => socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting)));
    request.on('error', (cause) => {
      stopWatching();
      reject(cause === signal.reason ? cause : new TypeError('fetch failed', { cause }));
    });
    request.on('response', (reply) => {
      const { statusCode: status = 0 } = reply;
      signal.removeEventListener('abort', giveUp);
      signal.addEventListener('abort', () => reply.destroy(signal.reason instanceof Error ? signal.reason : undefined), { once: true });
      if (bodiless.has(status)) reply.resume();
      resolve(new Response(bodiless.has(status) ? null : Readable.toWeb(reply), { status, headers: entriesOf(reply.rawHeaders) }));
    });
    request.end(body);
  });

/** Names and values come as one list. */
function entriesOf(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []));
}
