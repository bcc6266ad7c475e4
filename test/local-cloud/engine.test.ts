import { spawnSync } from 'node:child_process';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bootLocalCloud } from '../../local/boot-local-cloud.ts';
import { findJavaEngine } from '../../local/dynamodb/find-java-engine.ts';
import { startEngine, type EngineChoice } from '../../local/dynamodb/start-engine.ts';
import { changed } from './fixture/boot-shop.ts';
import { descendantsOf } from './fixture/descendants.ts';
import { shop } from './fixture/shop.ts';
import { assemblyForTest, type Fixture } from './fixture/write-assembly.ts';

const java = await findJavaEngine(process.env);

async function boot(dynamodb: EngineChoice, fixture: Fixture = shop) {
  const cloud = await bootLocalCloud({ assembly: assemblyForTest(fixture), dynamodb });
  onTestFinished(() => cloud.close());
  return { cloud, db: new DynamoDBClient({ endpoint: cloud.dynamodbUrl, region: 'us-east-1', credentials: cloud.adminCredentials }) };
}
const commandOf = (pid: number) => spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
const Key = { pk: { S: 'a' }, sk: { S: 'b' } };

describe('the DynamoDB engine', () => {
  it.runIf(java !== undefined)('may be Amazon’s own where Java is', async () => {
    const { db } = await boot('java');
    await db.send(new PutItemCommand({ TableName: 'Data-Orders', Item: Key }));
    expect((await db.send(new GetItemCommand({ TableName: 'Data-Orders', Key }))).Item).toEqual(Key);
  });

  it.runIf(java !== undefined)('lets no page of another origin read a reply, where it is Amazon’s own', async () => {
    const engine = await startEngine('java', process.env);
    onTestFinished(() => engine.stop());
    const preflight = await fetch(engine.url, { method: 'OPTIONS', headers: { origin: 'http://shop.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-amz-target' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may be one that runs already, which keeps its rows from boot to boot', async () => {
    const engine = await startEngine('dynoxide', {});
    onTestFinished(() => engine.stop());
    const first = await boot({ endpoint: engine.url });
    await first.db.send(new PutItemCommand({ TableName: 'Data-Orders', Item: Key }));
    await first.cloud.close();
    const second = await boot({ endpoint: engine.url });
    expect((await second.db.send(new GetItemCommand({ TableName: 'Data-Orders', Key }))).Item).toEqual(Key);
  });

  it('is the one that the environment names, if it names one', async () => {
    const engine = await startEngine('dynoxide', {});
    onTestFinished(() => engine.stop());
    const found = await startEngine(undefined, { AWS_ENDPOINT_URL_DYNAMODB: engine.url });
    onTestFinished(() => found.stop());
    expect(found).toMatchObject({ kind: 'given', url: engine.url });
  });

  it('that holds a table with other keys is refused', async () => {
    const engine = await startEngine('dynoxide', {});
    onTestFinished(() => engine.stop());
    await (await boot({ endpoint: engine.url })).cloud.close();
    const other = changed({ Customers: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'Data-customers', AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }] } } }, 'Data');
    await expect(bootLocalCloud({ assembly: assemblyForTest(other), dynamodb: { endpoint: engine.url } })).rejects.toThrow(/^The DynamoDB endpoint already has a table Data-customers with other keys or indexes than Customers .*: delete that table, or use another endpoint\.$/);
  });

  it.runIf(process.platform === 'linux')('listens on a loopback address that no page in a browser can guess, since it answers any page that reaches it', async () => {
    const engines = [await startEngine('dynoxide', {}), await startEngine('dynoxide', {})];
    for (const engine of engines) onTestFinished(() => engine.stop());
    const [first, second] = engines.map(({ url }) => new URL(url));
    expect(first?.hostname).toMatch(/^127(\.\d{1,3}){3}$/);
    expect(second?.hostname).not.toBe(first?.hostname);
    for (const guessed of ['127.0.0.1', 'localhost']) await expect(fetch(`http://${guessed}:${first?.port ?? ''}/`)).rejects.toThrow('fetch failed');
  });

  it.each<[string, EngineChoice | undefined, Record<string, string>, string]>([
    ['that does not answer', { endpoint: 'http://127.0.0.1:1' }, {}, 'The given DynamoDB endpoint does not answer ListTables: start it, or unset AWS_ENDPOINT_URL_DYNAMODB.'],
    ['that is no URL', undefined, { AWS_ENDPOINT_URL_DYNAMODB: 'localhost' }, 'The DynamoDB endpoint must be an http:// URL, for example http://127.0.0.1:8000.'],
    ['that needs a Java which is not there', 'java', { PATH: '/nowhere' }, 'Amazon’s DynamoDB Local needs Java 17 or later: install it, or leave the choice of the engine open.'],
  ])('%s is refused in one sentence', async (_what, choice, environment, sentence) => {
    await expect(startEngine(choice, environment)).rejects.toThrow(sentence);
  });

  it('that this platform does not have is named, with what would help', async () => {
    await expect(startEngine(undefined, { PATH: '/nowhere' }, { platform: 'plan9-mips' })).rejects.toThrow('There is no DynamoDB for plan9-mips: install Java 17 or later, or set AWS_ENDPOINT_URL_DYNAMODB to a DynamoDB endpoint.');
    await expect(startEngine('dynoxide', {}, { platform: 'plan9-mips' })).rejects.toThrow('@dynoxide/plan9-mips is not installed: install it, or leave the choice of the engine open.');
  });

  it('that ends by itself is reported, and calls to it fail as DynamoDB’s own do', async () => {
    const before = descendantsOf(process.pid);
    const { cloud, db } = await boot('dynoxide');
    const engine = descendantsOf(process.pid).find((pid) => !before.includes(pid) && commandOf(pid) === 'dynoxide');
    if (engine === undefined) throw new Error('the engine is no descendant of this process');
    process.kill(engine, 'SIGKILL');
    expect((await cloud.failure).message).toMatch(/^The DynamoDB engine \(dynoxide\) ended with code 137: start again\./);
    await expect(db.send(new GetItemCommand({ TableName: 'Data-Orders', Key }))).rejects.toMatchObject({ name: 'InternalServerError' });
  });
});
