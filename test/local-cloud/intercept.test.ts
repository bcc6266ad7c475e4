import { describe, expect, it } from 'vitest';
import type { Intercept, InterceptedCall } from '../../local/endpoint/intercept.ts';
import { bundle } from './fixture/bundle.ts';
import { bootForFile, changed } from './fixture/boot-shop.ts';
import { lambdaFunction, shop } from './fixture/shop.ts';

const clerk = bundle(`
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
const dynamodb = new DynamoDBClient({ maxAttempts: 2 });
const TableName = process.env.ORDERS_TABLE;
const key = (pk) => ({ pk: { S: pk }, sk: { S: 'order' } });
export const handler = async ({ put, read }) => {
  if (read !== undefined) return (await dynamodb.send(new GetItemCommand({ TableName, Key: key(read), ConsistentRead: true }))).Item !== undefined;
  try {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key(put), at: { N: '1' } } }));
    return 'written';
  } catch (error) {
    return error.name;
  }
};`);
const environment = { Variables: { ORDERS_TABLE: { 'Fn::ImportValue': 'Data:OrdersName' } } };
const heard: InterceptedCall[] = [];
let next: Intercept = () => ({ kind: 'pass' });
const running = bootForFile(
  { ...changed({ Clerk: lambdaFunction('clerk', { Timeout: 20, MemorySize: 512, Environment: environment }) }), assets: { ...shop.assets, clerk } },
  {
    intercept: (call) => {
      heard.push(call);
      return next(call);
    },
  },
);
const put = (pk: string) => running.cloud.invoke('Clerk', { put: pk });
const isThere = async (pk: string) => {
  next = () => ({ kind: 'pass' });
  return running.cloud.invoke('Clerk', { read: pk });
};
/** Strikes the first call only. */
function once(first: Awaited<ReturnType<Intercept>>): Intercept {
  let left = 1;
  return () => (left-- > 0 ? first : { kind: 'pass' });
}

describe('a call of a function that is intercepted', () => {
  it('is told with who makes it, and passes', async () => {
    next = () => ({ kind: 'pass' });
    expect(await put('passes')).toMatchObject({ payload: '"written"' });
    const call = heard.at(-1);
    expect(call).toMatchObject({ service: 'dynamodb', operation: 'PutItem', identity: { kind: 'function', name: 'App-Clerk' } });
    expect(call?.event).toBe('{"put":"passes"}');
    expect(call?.worker).toMatch(/^[\da-f-]{36}$/);
    expect(call?.request()).toMatchObject({ Item: { pk: { S: 'passes' } } });
  });

  it('can be refused with an error of AWS, and is not carried out', async () => {
    next = () => ({ kind: 'refuse', errorName: 'TransactionConflictException', message: 'Transaction is ongoing for the item' });
    expect(await put('refused')).toMatchObject({ payload: '"TransactionConflictException"' });
    expect(await isThere('refused')).toMatchObject({ payload: 'false' });
  });

  it('can lose its reply, and is carried out', async () => {
    next = once({ kind: 'loseReply' });
    const before = heard.length;
    expect(await put('lost')).toMatchObject({ payload: '"written"' });
    expect(heard.length - before).toBe(2); // the SDK's own repeat
    expect(await isThere('lost')).toMatchObject({ payload: 'true' });
  });

  it.each([['before', 'false'], ['after', 'true']] as const)('can be the last of its thread, %s it is carried out', async (when, isWritten) => {
    next = once({ kind: 'kill', when });
    expect(await put(`killed ${when}`)).toMatchObject({ ok: false, errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: killed') as unknown });
    expect(await isThere(`killed ${when}`)).toMatchObject({ payload: isWritten });
  });
});
