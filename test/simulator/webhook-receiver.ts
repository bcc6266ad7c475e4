import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';

export interface Received {
  headers: NodeJS.Dict<string | string[]>;
  raw: string;
  body: { event: string; timestamp: number; data: { status: string; job_id: string } };
}

export interface Receiver {
  url: string;
  received: Received[];
  /** HTTP status of the next answers; null: no answer at all. */
  answer: number | null;
  /** Resolves once so many deliveries have arrived. */
  arrived: (count: number) => Promise<Received[]>;
  statuses: () => string[];
}

/** An endpoint that takes webhooks, closed at the end of the test. */
export async function receiveWebhooks(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      receiver.received.push({ headers: request.headers, raw, body: JSON.parse(raw) as Received['body'] });
      if (receiver.answer !== null) response.writeHead(receiver.answer).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/aerosync/mer_1`,
    received: [],
    answer: 200,
    arrived: async (count) => {
      await vi.waitUntil(() => receiver.received.length >= count, { timeout: 5000, interval: 5 });
      return receiver.received;
    },
    statuses: () => receiver.received.map(({ body }) => body.data.status),
  };
  return receiver;
}

export function hmac(raw: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
}
