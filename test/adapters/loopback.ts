import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One request as it came over the wire. */
export interface Seen {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined where there was no body. */
  readonly body: unknown;
}
export type Respond = (seen: Seen, response: ServerResponse) => void;

export interface Upstream {
  readonly url: URL;
  readonly seen: Seen[];
  /** How often a path was asked, without its query. */
  count(path: string): number;
}

/** A real server on the loopback, closed when the test ends, with whatever still hangs on it. */
export async function listen(respond: Respond): Promise<Upstream> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const one: Seen = {
        method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown),
      };
      seen.push(one);
      respond(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    seen,
    count: (path) => seen.filter((one) => one.path.split('?')[0] === path).length,
  };
}

/** A port on which nobody listens. */
export async function deadUrl(): Promise<URL> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return new URL(`http://127.0.0.1:${port}`);
}

/** Answers with JSON; a string is sent as it stands. */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Respond {
  return (_seen, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Answers each request with the next one of the list, the last one for ever. */
export function inTurn(...responds: readonly [Respond, ...Respond[]]): Respond {
  let next = 0;
  return (seen, response) => {
    const respond = responds[Math.min(next, responds.length - 1)] ?? responds[0];
    next += 1;
    respond(seen, response);
  };
}

/** By path, without query; anything else is the test's mistake and answered as such. */
export function byPath(routes: Readonly<Record<string, Respond>>): Respond {
  return (seen, response) => {
    const respond = routes[seen.path.split('?')[0] ?? ''];
    (respond ?? answer(418, { unexpected: seen.path }))(seen, response);
  };
}
