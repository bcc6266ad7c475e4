import http from 'node:http';
import { text } from 'node:stream/consumers';

/** Talks to the engine over connections that stay open: this is on the way of every read and write. */
export interface EngineClient {
  /** Sends a request of the DynamoDB API as it is and gives the reply before its body has been read. */
  send(target: string, body: Buffer | string): Promise<http.IncomingMessage>;
  /** Calls one operation; `ok: false` carries the name of the exception without its namespace. */
  call(operation: string, input: unknown): Promise<{ ok: true; output: unknown } | { ok: false; error: string; message: string }>;
  close(): void;
}

/** Engines want to see a signature and check none. Some keep one database per access key id, so everybody gets the same. */
const signature = { 'x-amz-date': '20260101T000000Z', authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' };

/** @param url the engine's endpoint, http only */
export function createEngineClient(url: string): EngineClient {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const { hostname, port, pathname } = new URL(url);

  const attempt = (target: string, body: Buffer | string): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = http.request({ agent, hostname, port, path: pathname, method: 'POST', headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target, 'content-length': Buffer.byteLength(body), ...signature } }, resolve);
      request.on('error', (error) => reject(Object.assign(error, { reusedSocket: request.reusedSocket })));
      request.end(body);
    });

  const send: EngineClient['send'] = (target, body) =>
    attempt(target, body).catch((error: unknown) => {
      // The engine may close a connection just as we take it up again; nothing of the request was read then.
      if (error instanceof Error && 'reusedSocket' in error && error.reusedSocket === true && 'code' in error && error.code === 'ECONNRESET') return attempt(target, body);
      throw error;
    });

  return {
    send,
    call: async (operation, input) => {
      const reply = await send(`DynamoDB_20120810.${operation}`, JSON.stringify(input));
      const output: unknown = JSON.parse(await text(reply));
      return reply.statusCode === 200 ? { ok: true, output } : { ok: false, ...failure(output) };
    },
    close: () => agent.destroy(),
  };
}

function failure(output: unknown): { error: string; message: string } {
  const fields: Record<string, unknown> = typeof output === 'object' && output !== null ? { ...output } : {};
  const type = typeof fields['__type'] === 'string' ? fields['__type'] : 'InternalServerError';
  const message = [fields['message'], fields['Message']].find((one) => typeof one === 'string');
  return { error: type.split('#').at(-1) ?? type, message: typeof message === 'string' ? message : '' };
}
