import { randomBytes } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../lambdas/adapters/dynamodb/document-client.ts';
import { startEngine } from '../../local/dynamodb/start-engine.ts';
import { keyAttributes, tables, type TableDefinition, type TableName } from '../../lib/tables.ts';

export interface TestDynamodb {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  readonly tables: Record<TableName, string>;
  stop(): Promise<void>;
}

/** How to reach an engine of `startDynamodb`, for a client of one's own. Patient, because hundreds of calls at once on a cold Java engine take seconds. */
export function clientConfig(endpoint: string): DynamoDBClientConfig {
  const requestHandler = { connectionTimeout: 15_000, requestTimeout: 15_000, throwOnRequestTimeout: true };
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, requestHandler };
}

/**
 * Starts an engine with all tables of `lib/tables.ts`, empty. One per test file, unless the environment gives one: dynoxide is up in about 30 ms.
 * `DYNAMODB_ENGINE=java` takes AWS's own DynamoDB Local instead, as does a machine for which there is no dynoxide. What was started dies with the test process, however that ends.
 */
export async function startDynamodb(): Promise<TestDynamodb> {
  const engine = await startEngine(process.env['DYNAMODB_ENGINE'] === 'java' ? 'java' : undefined, process.env);
  const client = documentClient(clientConfig(engine.url));
  const suffix = randomBytes(4).toString('hex');
  const named = Object.entries(tables).map(([name, definition]) => ({ name, physical: `${name}-${suffix}`, definition }));
  await Promise.all(named.map(({ physical, definition }) => createTable(client, physical, definition)));
  return {
    endpoint: engine.url,
    client,
    tables: Object.fromEntries(named.map(({ name, physical }) => [name, physical])) as Record<TableName, string>,
    async stop() {
      // An engine that was given goes on; one of our own ends with all that it has.
      if (engine.kind === 'given') await Promise.all(named.map(({ physical }) => client.send(new DeleteTableCommand({ TableName: physical }))));
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
