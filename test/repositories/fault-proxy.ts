import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { TestDynamodb } from '../support/dynamodb.ts';

export interface DynamodbCall {
  /** e.g. `TransactWriteItems` */
  readonly operation: string;
  readonly body: Record<string, unknown>;
}
export interface DynamodbAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}
/** Stands in for one call. Answers undefined for a reply that gets lost on the way. */
export type Fault = (call: DynamodbCall, forward: (body: Record<string, unknown>) => Promise<DynamodbAnswer>) => Promise<DynamodbAnswer | undefined>;

export interface FaultProxy {
  readonly endpoint: string;
  /** Every call that came in, faulty ones too. */
  readonly calls: DynamodbCall[];
  /** The next call of this operation, once. Several stand in line. */
  next(operation: string, fault: Fault): void;
  stop(): Promise<void>;
}

/** The write happens, but the caller never hears of it. */
export const loseReply: Fault = async ({ body }, forward) => {
  await forward(body);
  return undefined;
};

/** What DynamoDB says when it cancels a transaction; nothing is written. */
export function cancelled(...codes: string[]): Fault {
  return async () => ({
    status: 400,
    body: { __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException', message: 'Transaction cancelled', CancellationReasons: codes.map((Code) => ({ Code })) },
  });
}

export function refused(name: string): Fault {
  return async () => ({ status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name } });
}

/** Stands between a client and the engine, for what happens on AWS and never on one machine. Test with `next`; a fault that no call took fails the test in `stop`. */
export async function startFaultProxy(engine: TestDynamodb): Promise<FaultProxy> {
  const calls: DynamodbCall[] = [];
  const faults: { readonly operation: string; readonly fault: Fault }[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const operation = (request.headers['x-amz-target'] as string).split('.')[1] ?? '';
      const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
      calls.push({ operation, body });
      const place = faults.findIndex((one) => one.operation === operation);
      const fault = place === -1 ? undefined : faults.splice(place, 1)[0]?.fault;
      const forward = (changed: Record<string, unknown>) => send(engine.endpoint, request, changed);
      const answer = fault === undefined ? await forward(body) : await fault({ operation, body }, forward);
      if (answer === undefined) return request.socket.destroy();
      return response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer.body));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls,
    next: (operation, fault) => faults.push({ operation, fault }),
    async stop() {
      server.close();
      server.closeAllConnections();
      if (faults.length > 0) throw new Error(`no call took the faults for ${faults.map(({ operation }) => operation).join(', ')}`);
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function send(endpoint: string, request: IncomingMessage, body: Record<string, unknown>): Promise<DynamodbAnswer> {
  const { 'x-amz-target': target, authorization, 'x-amz-date': date } = request.headers;
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target as string, authorization: authorization ?? '', 'x-amz-date': date as string };
  const reply = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}
