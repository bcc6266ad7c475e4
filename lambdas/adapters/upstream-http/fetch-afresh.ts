import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import type { HttpFetch } from './exchange.ts';
import { connectTimeoutCode } from './no-reply.ts';

/** As long as the runtime's own `fetch` tries to connect. */
const connectLimitMs = 10_000;
/** Replies that have no body, not even an empty one. */
const bodiless = new Set([204, 205, 304]);
/** Firewalls refuse a request that does not say who sends it; nothing here decompresses. */
const ownHeaders = { 'user-agent': 'aerobridge', 'accept-encoding': 'identity' };

/**
 * A `fetch` that opens a connection for every request. On AWS a function is frozen between its invocations, and a connection kept open may be
 * gone when it is thawed: a request written to it has no answer, and nobody can say whether it was carried out. A read is sent again; what must
 * not be sent twice goes this way instead.
 * @throws TypeError with the system's error as its cause, as `fetch` does; the signal's reason once it aborts
 */
export const fetchAfresh: HttpFetch = (url, { method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const request = (isSecure ? https : http).request(url, { method, headers: { ...ownHeaders, ...headers }, agent: false });
    const fail = (cause: unknown): void => {
      reject(cause instanceof Error && cause === signal.reason ? cause : new TypeError('fetch failed', { cause }));
    };
    const giveUp = (): void => {
      request.destroy(errorOf(signal.reason));
    };
    const connecting = setTimeout(() => request.destroy(Object.assign(new Error('no connection in time'), { code: connectTimeoutCode })), connectLimitMs);
    signal.addEventListener('abort', giveUp, { once: true });
    request.on('socket', (socket) => socket.once(isSecure ? 'secureConnect' : 'connect', () => clearTimeout(connecting)));
    request.on('error', fail);
    request.on('response', (reply) => {
      const { statusCode: status = 0 } = reply;
      const stop = (): void => {
        reply.destroy(errorOf(signal.reason));
      };
      signal.removeEventListener('abort', giveUp);
      signal.addEventListener('abort', stop, { once: true });
      reply.once('close', () => signal.removeEventListener('abort', stop));
      try {
        if (bodiless.has(status)) reply.resume();
        resolve(new Response(bodiless.has(status) ? null : Readable.toWeb(reply), { status, headers: entriesOf(reply.rawHeaders) }));
      } catch (error) {
        reply.destroy(); // a status that no Response can have
        fail(error);
      }
    });
    // Also for what is neither a response nor an error, such as an offer to speak another protocol.
    request.on('close', () => {
      clearTimeout(connecting);
      signal.removeEventListener('abort', giveUp);
      fail(new Error('closed without a reply'));
    });
    if (signal.aborted) giveUp();
    else request.end(body);
  });

function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}

/** Names and values come as one list. */
function entriesOf(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []));
}
