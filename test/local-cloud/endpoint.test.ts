import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand, QueryCommand, DescribeTableCommand, DescribeTimeToLiveCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { bundle } from './fixture/bundle.ts';
import { bootForFile, changed } from './fixture/boot-shop.ts';
import { lambdaFunction, shop } from './fixture/shop.ts';

const clerk = bundle(`
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
const dynamodb = new DynamoDBClient({});
const secrets = new SecretsManagerClient({});
const states = new SFNClient({});
export const handler = async ({ pk }) => {
  const TableName = process.env.ORDERS_TABLE;
  await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: 'order' }, at: { N: '1' } } }));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: 'order' } } }));
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.HMAC_ARN }));
  const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn: process.env.MACHINE_ARN, name: pk, input: JSON.stringify({ order: pk, action: 'echo' }) }));
  const { name } = await states.send(new DescribeExecutionCommand({ executionArn }));
  return { item: Item, secretLength: SecretString.length, execution: name };
};`);
const environment = { Variables: { ORDERS_TABLE: { 'Fn::ImportValue': 'Data:OrdersName' }, HMAC_ARN: { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'HmacArn' } }, MACHINE_ARN: { Ref: 'Machine' } } };
const running = bootForFile({ ...changed({ Clerk: lambdaFunction('clerk', { Timeout: 20, MemorySize: 512, Environment: environment }) }), assets: { ...shop.assets, clerk } });

const config = (endpoint = running.cloud.endpointUrl, credentials: { accessKeyId: string; secretAccessKey: string } = running.cloud.adminCredentials) => ({ endpoint, region: 'us-east-1', credentials });
const stranger = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'any' };

describe('a deployed bundle', () => {
  it('reaches tables, secrets and state machines through the unchanged SDK', async () => {
    const outcome = await running.cloud.invoke('Clerk', { pk: 'o-1' });
    expect(JSON.parse(outcome.ok ? outcome.payload : JSON.stringify(outcome))).toEqual({ item: { pk: { S: 'o-1' }, sk: { S: 'order' }, at: { N: '1' } }, secretLength: 40, execution: 'o-1' });
  });
});

describe('the AWS endpoint', () => {
  it('refuses keys that this boot did not issue, for every service', async () => {
    const given = config(undefined, stranger);
    await expect(new DynamoDBClient(given).send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' });
    await expect(new SFNClient(given).send(new ListExecutionsCommand({ stateMachineArn: 'any' }))).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(new SecretsManagerClient(given).send(new GetSecretValueCommand({ SecretId: 'shop/hmac' }))).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('takes any key from a developer’s tools, save for secrets', async () => {
    const given = config(running.cloud.toolsUrl, stranger);
    expect((await new DynamoDBClient(given).send(new ListTablesCommand({}))).TableNames).toEqual(['Data-Orders', 'Data-customers']);
    expect((await new SFNClient(given).send(new ListExecutionsCommand({ stateMachineArn: running.cloud.stateMachineArns['Machine'] }))).executions).toBeDefined();
    await expect(new SecretsManagerClient(given).send(new GetSecretValueCommand({ SecretId: 'shop/hmac' }))).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect((await new SecretsManagerClient(config(running.cloud.toolsUrl)).send(new GetSecretValueCommand({ SecretId: 'shop/hmac' }))).SecretString).toHaveLength(40);
  });

  const raw = async (headers: Record<string, string>, body = '{}', path = '/') => {
    const { hostname, port } = new URL(running.cloud.endpointUrl);
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      http.request({ hostname, port, path, method: 'POST', headers }, resolve).on('error', reject).end(body);
    });
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(await text(response)) as unknown };
  };
  const signed = () => ({ authorization: `AWS4-HMAC-SHA256 Credential=${running.cloud.adminCredentials.accessKeyId}/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0` });

  it('refuses a call without a signature', async () => {
    expect(await raw({ 'x-amz-target': 'AWSStepFunctions.ListExecutions' })).toMatchObject({ status: 400, body: { __type: 'MissingAuthenticationTokenException' } });
  });

  it.each([
    ['a service with targets', { 'x-amz-target': 'AmazonSQS.SendMessage' }, '/', 'AmazonSQS.SendMessage'],
    ['a service without', {}, '/2015-03-31/functions/probe/invocations', 'POST /2015-03-31/functions/probe/invocations'],
  ])('says by name that it does not imitate %s', async (_what, headers, path, name) => {
    expect(await raw({ ...signed(), ...headers }, '{}', path)).toMatchObject({ status: 501, body: { __type: 'NotImitatedByTheLocalCloud', message: `The local cloud does not imitate the service of this call (${name}).` } });
  });

  it('refuses what is not JSON, an unknown operation and a foreign host', async () => {
    expect(await raw({ ...signed(), 'x-amz-target': 'AWSStepFunctions.ListExecutions' }, '{')).toMatchObject({ status: 400, body: { __type: 'SerializationException' } });
    expect(await raw({ ...signed(), 'x-amz-target': 'AWSStepFunctions.Dream' })).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } });
    expect(await raw({ ...signed(), 'x-amz-target': 'AWSStepFunctions.ListExecutions', host: 'evil.example' })).toMatchObject({ status: 403 });
  });

  it('answers in the protocol it is asked in, with a request id', async () => {
    const { headers } = await raw({ ...signed(), 'x-amz-target': 'AWSStepFunctions.ListExecutions', 'content-type': 'application/x-amz-json-1.1' });
    expect(headers['content-type']).toBe('application/x-amz-json-1.1');
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the tables', () => {
  const dynamodb = () => new DynamoDBClient(config());

  it('have the keys, indexes, stream and time to live of the template', async () => {
    const { Table } = await dynamodb().send(new DescribeTableCommand({ TableName: 'Data-Orders' }));
    expect(Table).toMatchObject({
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      GlobalSecondaryIndexes: [{ IndexName: 'byOpen', Projection: { ProjectionType: 'KEYS_ONLY' } }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect((await dynamodb().send(new DescribeTimeToLiveCommand({ TableName: 'Data-Orders' }))).TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
  });

  it('take reads, queries of an index and transactions, with DynamoDB’s own refusals', async () => {
    const db = dynamodb();
    const Item = { pk: { S: 'o-2' }, sk: { S: 'order' }, open: { S: 'yes' } };
    await db.send(new PutItemCommand({ TableName: 'Data-Orders', Item }));
    expect((await db.send(new QueryCommand({ TableName: 'Data-Orders', IndexName: 'byOpen', KeyConditionExpression: '#o = :yes', ExpressionAttributeNames: { '#o': 'open' }, ExpressionAttributeValues: { ':yes': { S: 'yes' } } }))).Items).toEqual([Item]);
    const once = { Put: { TableName: 'Data-Orders', Item, ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const } };
    await expect(db.send(new TransactWriteItemsCommand({ TransactItems: [once] }))).rejects.toMatchObject({ name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item }] });
  });

  it('answer many calls at once', async () => {
    const db = dynamodb();
    const keys = Array.from({ length: 200 }, (_, index) => ({ pk: { S: `many-${index}` }, sk: { S: 'order' } }));
    await Promise.all(keys.map((Item) => db.send(new PutItemCommand({ TableName: 'Data-Orders', Item }))));
    const items = await Promise.all(keys.map((Key) => db.send(new GetItemCommand({ TableName: 'Data-Orders', Key }))));
    expect(items.map(({ Item }) => Item)).toEqual(keys);
  });
});
