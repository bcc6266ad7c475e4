import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createEngineClient } from '../../local/dynamodb/engine-client.ts';
import { createAwsEndpoint } from '../../local/endpoint/aws-endpoint.ts';
import { interceptNothing } from '../../local/endpoint/intercept.ts';
import { createIdentities } from '../../local/iam/identities.ts';

async function listening(server: http.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

it('callers that leave before DynamoDB answers take no connection to it with them', async () => {
  const held: http.ServerResponse[] = [];
  let holds = true;
  const engine = http.createServer((request, response) => {
    request.resume().on('end', () => (holds ? held.push(response) : response.end('{}')));
  });
  engine.keepAliveTimeout = 600_000; // as the real one, which closes none
  const dynamodb = createEngineClient(`http://127.0.0.1:${await listening(engine)}`);
  onTestFinished(() => dynamodb.close());
  const endpoint = createAwsEndpoint({ identities: createIdentities(), authorize: () => ({ allowed: true }), dynamodb, services: {}, intercept: interceptNothing, kill: () => undefined, eventOf: () => undefined, toolsAllowed: true });
  const port = await listening(endpoint);
  const headers = { 'x-amz-target': 'DynamoDB_20120810.GetItem', authorization: 'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' };
  const ask = (): http.ClientRequest => http.request({ port, method: 'POST', agent: false, headers }).on('error', () => undefined).end('{}');
  const connections = () => new Promise<number>((resolve) => void endpoint.getConnections((_error, count) => resolve(count)));

  // As many as the client of the engine has connections.
  const callers = Array.from({ length: 256 }, ask);
  await expect.poll(() => held.length, { timeout: 20_000 }).toBe(256);
  for (const caller of callers) caller.destroy();
  await expect.poll(connections, { timeout: 20_000 }).toBe(0);
  holds = false;
  for (const response of held) response.end('{}');

  const status = await new Promise((resolve) => ask().on('response', (response) => resolve(response.statusCode)));
  expect(status).toBe(200);
});
