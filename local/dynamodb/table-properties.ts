import * as z from 'zod';
import { flag, propertiesOf, readResources, type InertProperties, type ReadResource } from '../assembly/read-resources.ts';
import type { Resolver } from '../assembly/resolver.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const attributeDefinitions = z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }));
const projection = z.strictObject({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']), NonKeyAttributes: z.array(z.string()).optional() });
const capacity = z.unknown().optional(); // everything is on demand here
const globalIndex = z
  .strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection, ProvisionedThroughput: capacity, OnDemandThroughput: capacity, WarmThroughput: capacity, ContributorInsightsSpecification: capacity, WriteProvisionedThroughputSettings: capacity, WriteOnDemandThroughputSettings: capacity })
  .transform(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }));
const localIndex = z.strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection });

const shape = {
  TableName: z.string().optional(),
  AttributeDefinitions: attributeDefinitions,
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(globalIndex).default([]),
  LocalSecondaryIndexes: z.array(localIndex).default([]),
  StreamSpecification: z.strictObject({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) }).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().optional(), Enabled: flag }).optional(),
};

const inert: InertProperties = {
  BillingMode: 'everything is on demand',
  SSESpecification: 'nothing is encrypted at rest',
};
const inertTableProperties: InertProperties = {
  ...inert,
  ContributorInsightsSpecification: 'no metrics are collected',
  DeletionProtectionEnabled: 'no stack is ever deleted here',
  KinesisStreamSpecification: 'nothing reads it here',
  OnDemandThroughput: 'everything is on demand',
  PointInTimeRecoverySpecification: 'there are no backups',
  ProvisionedThroughput: 'everything is on demand',
  ResourcePolicy: 'roles are read, policies of resources are not',
  TableClass: 'it is about prices',
  Tags: 'no cost allocation here',
  WarmThroughput: 'everything is on demand',
};
const inertGlobalTableProperties: InertProperties = {
  ...inert,
  WarmThroughput: 'everything is on demand',
  WriteOnDemandThroughputSettings: 'everything is on demand',
  WriteProvisionedThroughputSettings: 'everything is on demand',
};

/** On the one replica. */
const inertReplicaProperties: InertProperties = {
  ContributorInsightsSpecification: 'no metrics are collected',
  DeletionProtectionEnabled: 'no stack is ever deleted here',
  GlobalSecondaryIndexes: 'they are about capacity and metrics; the keys are given for the table',
  KinesisStreamSpecification: 'nothing reads it here',
  PointInTimeRecoverySpecification: 'there are no backups',
  ReadOnDemandThroughputSettings: 'everything is on demand',
  ReadProvisionedThroughputSettings: 'everything is on demand',
  Region: 'there is one region',
  ReplicaStreamSpecification: 'it is about policies of the stream',
  ResourcePolicy: 'roles are read, policies of resources are not',
  SSESpecification: 'nothing is encrypted at rest',
  TableClass: 'it is about prices',
  Tags: 'no cost allocation here',
};

const replica = propertiesOf({}, inertReplicaProperties);
const table = propertiesOf(shape, inertTableProperties);
const globalTable = propertiesOf({ ...shape, Replicas: z.array(replica).max(1, 'one replica is all that the local cloud has').optional() }, inertGlobalTableProperties);

export type TableProperties = z.output<typeof table>;

/** Reads all tables of the assembly, of either type. */
export function readTables(resolver: Resolver): ReadResource<TableProperties>[] {
  return [...readResources(resolver, 'AWS::DynamoDB::Table', table), ...readResources(resolver, 'AWS::DynamoDB::GlobalTable', globalTable)];
}

const describedIndexes = z.array(z.looseObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection })).default([]);
/** What an engine tells about a table that is there already. */
export const describedTable = z.looseObject({
  Table: z.looseObject({ KeySchema: keySchema, AttributeDefinitions: attributeDefinitions, GlobalSecondaryIndexes: describedIndexes, LocalSecondaryIndexes: describedIndexes, LatestStreamArn: z.string().optional() }),
});
export type DescribedTable = Pick<z.output<typeof describedTable>['Table'], 'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'>;
