import { beforeAll, describe, expect, it } from 'vitest';
import { keyAttributes, tables, type TableDefinition } from '../../lib/tables.ts';
import { at, deploymentOf } from './deployment.ts';

const dataTypes = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret'];
const tableNamed = (deployment: ReturnType<typeof deploymentOf>, name: string) => deployment.resources('AWS::DynamoDB::Table').find(({ id }) => id.toLowerCase().startsWith(name));

describe.each(['sandbox', 'production'] as const)('data of %s', (stage) => {
  let deployment: ReturnType<typeof deploymentOf>;
  beforeAll(() => {
    deployment = deploymentOf(stage);
  });

  it('outlives its stack', () => {
    const data = dataTypes.flatMap((type) => deployment.resources(type));
    expect(data).toHaveLength(Object.keys(tables).length + 2);
    for (const { id, DeletionPolicy, UpdateReplacePolicy } of data) {
      expect(['Retain', 'RetainExceptOnCreate'], id).toContain(DeletionPolicy);
      expect(UpdateReplacePolicy, id).toBe('Retain');
    }
  });

  it('cannot be deleted by a slip, table or stack', () => {
    for (const table of deployment.resources('AWS::DynamoDB::Table')) expect(at(table, 'DeletionProtectionEnabled'), table.id).toBe(true);
    for (const stack of Object.values(deployment.stacks)) expect(stack.terminationProtection, stack.stackName).toBe(true);
  });

  it.each(Object.entries<TableDefinition>(tables))('can be recovered to a point in time, but for bank data: %s', (name, { recoverable }) => {
    expect(at(tableNamed(deployment, name), 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled')).toBe(recoverable);
  });
});

describe('data', () => {
  let deployment: ReturnType<typeof deploymentOf>;
  beforeAll(() => {
    deployment = deploymentOf('dev');
  });

  it('is encrypted under the one key of the deployment, which rotates', () => {
    const [key, ...others] = deployment.resources('AWS::KMS::Key');
    expect(others).toEqual([]);
    expect(at(key, 'EnableKeyRotation')).toBe(true);
    const arn = { 'Fn::GetAtt': [key?.id, 'Arn'] };
    for (const table of deployment.resources('AWS::DynamoDB::Table')) expect(at(table, 'SSESpecification')).toEqual({ KMSMasterKeyId: arn, SSEEnabled: true, SSEType: 'KMS' });
    for (const secret of deployment.resources('AWS::SecretsManager::Secret')) expect(at(secret, 'KmsKeyId')).toEqual(arn);
  });

  it.each(Object.entries<TableDefinition>(tables))('stands in tables as lib/tables.ts has them, keys, indexes and expiry: %s', (name, { indexes }) => {
    const keys = (partitionKey: string, sortKey: string) => [{ AttributeName: partitionKey, KeyType: 'HASH' }, { AttributeName: sortKey, KeyType: 'RANGE' }];
    const table = tableNamed(deployment, name);
    expect(at(table, 'KeySchema')).toEqual(keys(keyAttributes.partitionKey, keyAttributes.sortKey));
    expect(at(table, 'TimeToLiveSpecification')).toEqual({ AttributeName: keyAttributes.expiry, Enabled: true });
    expect(at(table, 'GlobalSecondaryIndexes') ?? []).toEqual(
      Object.entries(indexes).map(([IndexName, { partitionKey, sortKey }]) => ({ IndexName, KeySchema: keys(partitionKey, sortKey), Projection: { ProjectionType: 'ALL' } })),
    );
  });

  it('holds a key of the deployment that Secrets Manager drew, not the template', () => {
    const [secret] = deployment.resources('AWS::SecretsManager::Secret');
    expect(at(secret, 'GenerateSecretString')).toEqual({ ExcludePunctuation: true, PasswordLength: 64 });
    expect(at(secret, 'SecretString')).toBeUndefined();
  });
});
