import { isDeepStrictEqual } from 'node:util';
import { LocalCloudError } from '../local-cloud-error.ts';
import type { ReadResource } from '../assembly/read-resources.ts';
import type { EngineClient } from './engine-client.ts';
import { describedTable, type TableProperties } from './table-properties.ts';

/** Creates every table with its keys, indexes, stream and time to live. A table that is there with the same keys is kept, rows and all. */
export async function createTables(client: EngineClient, tables: readonly ReadResource<TableProperties>[]): Promise<void> {
  await Promise.all(tables.map((table) => createTable(client, table)));
}

async function createTable(client: EngineClient, { ref: TableName, properties, resource: { where } }: ReadResource<TableProperties>): Promise<void> {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local, StreamSpecification: stream, TimeToLiveSpecification: ttl } = properties;
  const created = await client.call('CreateTable', {
    TableName,
    AttributeDefinitions,
    KeySchema,
    BillingMode: 'PAY_PER_REQUEST',
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(stream !== undefined && { StreamSpecification: { StreamEnabled: true, ...stream } }),
  });
  if (!created.ok) {
    if (created.error !== 'ResourceInUseException') throw new LocalCloudError(`${where} cannot be created: ${created.message}`);
    await checkSameKeys(client, TableName, properties, where);
  }
  if (ttl?.Enabled !== true) return;
  const answer = await client.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: ttl.AttributeName } });
  if (!answer.ok && !(answer.error === 'ValidationException' && answer.message.includes('already enabled'))) throw new LocalCloudError(`The time to live of ${where} cannot be set: ${answer.message}`);
}

async function checkSameKeys(client: EngineClient, TableName: string, wanted: TableProperties, where: string): Promise<void> {
  const answer = await client.call('DescribeTable', { TableName });
  const described = describedTable.safeParse(answer.ok ? answer.output : undefined);
  if (described.success) {
    const { KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } = described.data.Table;
    const indexes = (list: readonly { IndexName: string; KeySchema: unknown }[]) => Object.fromEntries(list.map((index) => [index.IndexName, index.KeySchema]));
    const same =
      isDeepStrictEqual(KeySchema, wanted.KeySchema) &&
      isDeepStrictEqual(indexes(GlobalSecondaryIndexes), indexes(wanted.GlobalSecondaryIndexes)) &&
      isDeepStrictEqual(indexes(LocalSecondaryIndexes), indexes(wanted.LocalSecondaryIndexes));
    if (same) return;
  }
  throw new LocalCloudError(`The DynamoDB endpoint already has a table ${TableName} with other keys than ${where}: delete that table, or use another endpoint.`);
}
