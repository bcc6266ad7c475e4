import { isDeepStrictEqual } from 'node:util';
import { LocalCloudError } from '../local-cloud-error.ts';
import type { ReadResource } from '../assembly/read-resources.ts';
import type { EngineClient } from './engine-client.ts';
import { describedTable, type DescribedTable, type TableProperties } from './table-properties.ts';

/**
 * Creates every table with its keys, indexes, stream and time to live. A table that is there with the same keys and indexes is kept, rows and all.
 * @param keeper who kept a table from an earlier boot, and what helps when it is another one than the assembly's: for the sentence that is thrown then
 */
export async function createTables(client: EngineClient, tables: readonly ReadResource<TableProperties>[], keeper: TableKeeper): Promise<void> {
  await Promise.all(tables.map((table) => createTable(client, table, keeper)));
}

export interface TableKeeper {
  readonly name: string;
  readonly remedy: string;
}

async function createTable(client: EngineClient, { ref: TableName, properties, resource: { where } }: ReadResource<TableProperties>, keeper: TableKeeper): Promise<void> {
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
    await checkSameKeys(client, TableName, properties, where, keeper);
  }
  if (ttl?.Enabled !== true) return;
  const answer = await client.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: ttl.AttributeName } });
  if (!answer.ok && !(answer.error === 'ValidationException' && answer.message.includes('already enabled'))) throw new LocalCloudError(`The time to live of ${where} cannot be set: ${answer.message}`);
}

async function checkSameKeys(client: EngineClient, TableName: string, wanted: TableProperties, where: string, keeper: TableKeeper): Promise<void> {
  const answer = await client.call('DescribeTable', { TableName });
  const described = describedTable.safeParse(answer.ok ? answer.output : undefined);
  const isSame = described.success && isDeepStrictEqual(shapeOf(described.data.Table), shapeOf(wanted));
  if (!isSame) throw new LocalCloudError(`${keeper.name} already has a table ${TableName} with other keys or indexes than ${where}: ${keeper.remedy}.`);
  if (wanted.StreamSpecification !== undefined && described.data.Table.LatestStreamArn === undefined) {
    throw new LocalCloudError(`${keeper.name} already has a table ${TableName}, but without the stream of ${where}: ${keeper.remedy}.`);
  }
}

/** What cannot be changed about a table that is there: keys with their types, and indexes with what they hold. */
function shapeOf({ KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes }: DescribedTable) {
  const indexes = (list: DescribedTable['GlobalSecondaryIndexes']) =>
    Object.fromEntries(list.map(({ IndexName, KeySchema: keys, Projection: { ProjectionType, NonKeyAttributes = [] } }) => [IndexName, { keys, ProjectionType, attributes: NonKeyAttributes.toSorted() }]));
  return { KeySchema, types: Object.fromEntries(AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType])), global: indexes(GlobalSecondaryIndexes), local: indexes(LocalSecondaryIndexes) };
}
