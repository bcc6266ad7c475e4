import http, { type IncomingHttpHeaders } from 'node:http';

/** One call as a route sees it. */
export interface StandInCall {
  /** Values of the pattern's named groups. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty where nothing, or no JSON object, was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
  /** What stands behind `Bearer `. */
  readonly bearer: string | undefined;
}

/** Text is sent as it stands, anything else as JSON. */
export interface StandInReply {
  readonly status: number;
  readonly body: unknown;
}

export interface StandInRoute {
  readonly method: string;
  readonly path: RegExp;
  readonly run: (call: StandInCall) => StandInReply;
}

/** What was called, in order. */
export interface CallRecord {
  readonly product: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export interface StandInServer {
  /** Without a trailing slash and without a path. */
  readonly url: string;
  /** The next call of this method whose path ends so is answered with this, and has no effect. */
  breakNext(method: string, pathEnd: string, reply: StandInReply): void;
  close(): Promise<void>;
}

/** Serves one upstream product on a port of its own. */
export async function serveProduct(product: string, routes: readonly StandInRoute[], record: (call: CallRecord) => void): Promise<StandInServer> {
  const broken: { method: string; pathEnd: string; reply: StandInReply }[] = [];
  const answer = (method: string, path: string, call: Omit<StandInCall, 'params'>): StandInReply => {
    const fault = broken.findIndex((one) => one.method === method && path.endsWith(one.pathEnd));
    if (fault >= 0) return broken.splice(fault, 1)[0]?.reply ?? notThere;
    for (const route of routes) {
      const match = route.method === method ? route.path.exec(path) : null;
      if (match !== null) return route.run({ ...call, params: { ...match.groups } });
    }
    return notThere;
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = 'GET', headers } = request;
      const url = new URL(request.url ?? '/', 'http://stand-in');
      const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
      const reply = answer(method, url.pathname, { query: url.searchParams, body: jsonObject(Buffer.concat(chunks).toString()), headers, bearer });
      record({ product, method, path: url.pathname, status: reply.status });
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      response.writeHead(reply.status, { 'content-type': typeof reply.body === 'string' ? 'text/html' : 'application/json; charset=utf-8', 'x-powered-by': 'stand-in' });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    breakNext: (method, pathEnd, reply) => broken.push({ method, pathEnd, reply }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const notThere: StandInReply = { status: 404, body: { message: 'no Route matched with those values' } };

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
