import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, GetSecretValueCommand, ListSecretsCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bootLocalCloud } from '../../local/boot-local-cloud.ts';
import { findJavaEngine } from '../../local/dynamodb/find-java-engine.ts';
import { lockFolder } from '../../local/store/lock-folder.ts';
import { changed } from './fixture/boot-shop.ts';
import { shop } from './fixture/shop.ts';
import { assemblyForTest } from './fixture/write-assembly.ts';

const java = await findJavaEngine(process.env);
const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'local-cloud-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'data');
}

async function boot(data: string, dynamodb: 'dynoxide' | 'java' = 'dynoxide', fixture = shop) {
  const cloud = await bootLocalCloud({ assembly: assemblyForTest(fixture), dynamodb, data });
  onTestFinished(() => cloud.close());
  const config = { region: cloud.region, credentials: cloud.adminCredentials, endpoint: cloud.endpointUrl };
  return { cloud, db: new DynamoDBClient(config), secrets: new SecretsManagerClient(config) };
}

describe('a local cloud with a data folder', () => {
  it.each([['dynoxide'], ...(java === undefined ? [] : [['java']])] as ['dynoxide' | 'java'][])('keeps its rows, on %s', async (engine) => {
    const data = newFolder();
    const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
    const first = await boot(data, engine);
    await first.db.send(new PutItemCommand({ TableName: 'Data-Orders', Item }));
    await first.cloud.close();
    const second = await boot(data, engine);
    expect((await second.db.send(new GetItemCommand({ TableName: 'Data-Orders', Key: Item }))).Item).toEqual(Item);
    expect([mode(data), mode(path.join(data, 'dynamodb')), mode(path.join(data, 'secrets.jsonl')), mode(path.join(data, 'executions.jsonl'))]).toEqual(['700', '700', '600', '600']);
  });

  it('stops the boot at a table whose keys or indexes are no longer the assembly’s, and says which and what to do', async () => {
    const data = newFolder();
    await (await boot(data)).cloud.close();
    const table = (properties: object) => changed({ Customers: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'Data-customers', ...properties } } }, 'Data');
    const keyed = (name: string, type: string) => ({ AttributeDefinitions: [{ AttributeName: name, AttributeType: type }], KeySchema: [{ AttributeName: name, KeyType: 'HASH' }] });
    for (const other of [table(keyed('other', 'S')), table(keyed('id', 'N'))]) {
      await expect(boot(data, 'dynoxide', other)).rejects.toThrow(`The data folder ${data} already has a table Data-customers with other keys or indexes than Customers`);
      await expect(boot(data, 'dynoxide', other)).rejects.toThrow(': start with another folder, or delete this one to start with nothing.');
    }
  });

  it('keeps secrets with their versions: those of the template, which were generated, and those made while it ran', async () => {
    const data = newFolder();
    const first = await boot(data);
    const generated = async ({ secrets }: typeof first) => {
      const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
      const values = await Promise.all(SecretList.map(({ ARN }) => secrets.send(new GetSecretValueCommand({ SecretId: ARN }))));
      return values.map(({ ARN, SecretString, VersionId }) => [ARN, SecretString, VersionId]);
    };
    await first.secrets.send(new CreateSecretCommand({ Name: 'made', SecretString: 'one' }));
    await first.secrets.send(new PutSecretValueCommand({ SecretId: 'made', SecretString: 'two' }));
    await first.secrets.send(new CreateSecretCommand({ Name: 'gone', SecretString: 'x' }));
    await first.secrets.send(new DeleteSecretCommand({ SecretId: 'gone', ForceDeleteWithoutRecovery: true }));
    await first.secrets.send(new CreateSecretCommand({ Name: 'going', SecretString: 'x' }));
    await first.secrets.send(new DeleteSecretCommand({ SecretId: 'going' }));
    const before = await generated(first);
    expect(before.length).toBeGreaterThan(1);
    await first.cloud.close();

    const second = await boot(data);
    expect(await generated(second)).toEqual(before);
    expect((await second.secrets.send(new GetSecretValueCommand({ SecretId: 'made', VersionStage: 'AWSPREVIOUS' }))).SecretString).toBe('one');
    await expect(second.secrets.send(new DescribeSecretCommand({ SecretId: 'gone' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await second.secrets.send(new DescribeSecretCommand({ SecretId: 'going' }))).DeletedDate).toBeInstanceOf(Date);
  });

  it('belongs to one process at a time, and a lock that a killed one left behind counts for nothing', async () => {
    const data = newFolder();
    const { cloud } = await boot(data);
    await expect(boot(data)).rejects.toThrow(`The data in ${data} is in use by process ${process.pid}: stop it, name another folder, or delete ${data}/local-cloud.lock if that is no local cloud.`);
    await cloud.close();
    expect(existsSync(path.join(data, 'local-cloud.lock'))).toBe(false);
    writeFileSync(path.join(data, 'local-cloud.lock'), '4194304'); // above the highest process id there can be
    lockFolder(data)();
    writeFileSync(path.join(data, 'local-cloud.lock'), String(process.pid)); // an earlier process that had our id
    lockFolder(data)();
  });
});
