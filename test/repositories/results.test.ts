import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '../../lambdas/adapters/dynamodb/conditional.ts';
import { pointToNewest } from '../../lambdas/adapters/dynamodb/newest-result.ts';
import { DynamoResultRepository } from '../../lambdas/adapters/dynamodb/result-repository.ts';
import type { BalanceResult, IdentityResult, Transaction } from '../../lambdas/domain/results.ts';
import type { StoredResult } from '../../lambdas/ports.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { aConnection, after, merchantId, noon, otherMerchantId, someTransactions, transactionsHead } from './samples.ts';

let dynamodb: TestDynamodb;
let results: DynamoResultRepository;
beforeAll(async () => {
  dynamodb = await startDynamodb();
  results = new DynamoResultRepository(dynamodb.tables.results, dynamodb.client);
});
afterAll(() => dynamodb.stop());

const connectionId = aConnection().id;
let serial = 0;
let ref: { merchantId: string; jobId: string; connectionId: string };
beforeEach(() => {
  ref = { merchantId, jobId: `job_${++serial}`, connectionId: `${connectionId}${serial}` };
});
const expiresAt = after(3600);

function storeTransactions(items: readonly Transaction[]) {
  return results.store(ref, { head: transactionsHead({ jobId: ref.jobId, connectionId: ref.connectionId }), items }, expiresAt);
}

async function readAll(limit: number): Promise<{ items: Transaction[]; pages: number }> {
  const items: Transaction[] = [];
  let position: string | undefined;
  let pages = 0;
  do {
    const page = await results.readTransactions(ref, { limit, position });
    items.push(...(page?.items ?? []));
    position = page?.position;
    pages++;
  } while (position !== undefined);
  return { items, pages };
}

async function storedRows(): Promise<{ sk: string; size: number; ttl: unknown }[]> {
  const query = new QueryCommand({ TableName: dynamodb.tables.results, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': `${merchantId}#${ref.jobId}` } });
  const { Items = [] } = await dynamodb.client.send(query);
  return (Items as Record<string, unknown>[]).map((row) => ({ sk: String(row['sk']), size: JSON.stringify(row).length, ttl: row['ttl'] }));
}

describe('results of one value', () => {
  const balance: BalanceResult = {
    type: 'balance', jobId: 'job_b', connectionId, asOf: noon.toISOString(),
    available: { amountMinor: -312425, currency: 'USD', exact: false }, current: null,
  };
  const identity: IdentityResult = {
    type: 'identity', jobId: 'job_i', connectionId, asOf: noon.toISOString(), accountHolderName: 'Jane Doe', email: null, phone: null,
    address: { line1: '1 Main St', line2: null, city: 'Chicago', state: 'IL', postalCode: '60601', country: 'US', full: null },
  };

  it.each<StoredResult>([{ head: balance }, { head: identity }])('come back as they were: $head.type', async (result) => {
    await results.store(ref, result, expiresAt);
    await expect(results.readHead(ref, noon)).resolves.toEqual(result.head);
    await expect(results.readTransactions(ref, { limit: 10 })).resolves.toEqual({ items: [], position: undefined });
  });

  it('are gone when their retention is over, to the millisecond, whether or not DynamoDB has deleted them', async () => {
    await results.store(ref, { head: balance }, expiresAt);
    await expect(results.readHead(ref, new Date(expiresAt.getTime() - 1))).resolves.toEqual(balance);
    await expect(results.readHead(ref, expiresAt)).resolves.toBeUndefined();
  });

  it('are gone as soon as they are removed, with every page, and removing what is not there is no error', async () => {
    await storeTransactions(someTransactions(250));
    await results.remove(ref);
    await expect(results.readHead(ref, noon)).resolves.toBeUndefined();
    await expect(results.readTransactions(ref, { limit: 10 }), 'no empty page, which would say that there are none').resolves.toBeUndefined();
    await expect(storedRows()).resolves.toEqual([]);
    await results.remove(ref);
  });

  it('belong to one merchant', async () => {
    await results.store(ref, { head: balance }, expiresAt);
    await expect(results.readHead({ ...ref, merchantId: otherMerchantId }, noon)).resolves.toBeUndefined();
  });
});

describe('transactions', () => {
  it.each([7, 99, 100, 101, 333, 500])('come back each once and in order, %i at a time', async (limit) => {
    const items = someTransactions(1234);
    await storeTransactions(items);
    const read = await readAll(limit);
    expect(read.items).toEqual(items);
    expect(read.pages).toBe(Math.ceil(1234 / limit));
  });

  it('of none make an empty result', async () => {
    await storeTransactions([]);
    await expect(results.readHead(ref, noon)).resolves.toMatchObject({ type: 'transactions' });
    await expect(results.readTransactions(ref, { limit: 10 })).resolves.toEqual({ items: [], position: undefined });
  });

  it('with long descriptions are spread so that no row nears 400 KB', async () => {
    const items = [...someTransactions(30, 'é'.repeat(15_000)), ...someTransactions(1, 'x'.repeat(300_000)), ...someTransactions(5)];
    await storeTransactions(items);
    await expect(readAll(7)).resolves.toMatchObject({ items });
    expect(Math.max(...(await storedRows()).map(({ size }) => size))).toBeLessThan(320_000);
  });

  it('that alone are too large for a row are refused with their place, not their text', async () => {
    const items = [...someTransactions(2), ...someTransactions(1, 'x'.repeat(400_000))];
    await expect(storeTransactions(items)).rejects.toMatchObject({ code: 'UpstreamRejected', message: expect.stringMatching(/^transaction 2 of a result has 4\d{5} bytes; .{1,60}$/) as string });
  });

  it('cannot be read from a position of another list', async () => {
    await storeTransactions(someTransactions(3));
    await expect(results.readTransactions(ref, { limit: 10, position: '2026-03-01T12:00:00.000Z#usr_1' })).rejects.toMatchObject({ code: 'InvalidRequest' });
  });

  it('expire with every row that holds one', async () => {
    await storeTransactions(someTransactions(250));
    const rows = await storedRows();
    expect(rows).toHaveLength(4);
    expect(new Set(rows.map(({ ttl }) => ttl))).toEqual(new Set([expiresAt.getTime() / 1000]));
  });
});

describe('storing a result again', () => {
  it('replaces a longer one and leaves nothing of it', async () => {
    await storeTransactions(someTransactions(1234));
    await storeTransactions(someTransactions(150, 'tea'));
    expect((await readAll(100)).items).toEqual(someTransactions(150, 'tea'));
    expect((await storedRows()).map(({ sk }) => sk.split('#')[0])).toEqual(['HEAD', 'PAGE', 'PAGE']);
  });

  it('gives one whole result when ten stores of different data meet', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, place) => storeTransactions(someTransactions(150 + 40 * place, `store ${place}`)).catch(() => undefined)));
    const { items } = await readAll(100);
    const winner = Number(items[0]?.description?.split(' ')[1]);
    expect(items).toEqual(someTransactions(150 + 40 * winner, `store ${winner}`));
  });
});

describe('the newest result of a kind', () => {
  /** What the end of a job writes beside the job. */
  const completeAs = (jobId: string, seconds: number) => transact(dynamodb.client, [pointToNewest(dynamodb.tables.results, { merchantId, id: jobId, connectionId: ref.connectionId, type: 'balance' }, after(seconds), expiresAt)]);

  it('is that of the job which completed last, in whichever order that is written', async () => {
    await completeAs('job_late', 20);
    await completeAs('job_early', 10);
    await expect(results.newest(merchantId, ref.connectionId, 'balance', noon)).resolves.toEqual({ jobId: 'job_late', completedAt: after(20).toISOString() });
    await completeAs('job_later', 30);
    await expect(results.newest(merchantId, ref.connectionId, 'balance', noon)).resolves.toEqual({ jobId: 'job_later', completedAt: after(30).toISOString() });
  });

  it('is gone when its retention is over, to the millisecond, and is never another merchant\'s', async () => {
    await completeAs('job_x', 10);
    await expect(results.newest(merchantId, ref.connectionId, 'balance', new Date(expiresAt.getTime() - 1))).resolves.toMatchObject({ jobId: 'job_x' });
    await expect(results.newest(merchantId, ref.connectionId, 'balance', expiresAt)).resolves.toBeUndefined();
    await expect(results.newest(otherMerchantId, ref.connectionId, 'balance', noon)).resolves.toBeUndefined();
  });

  it('is forgotten where one of the named jobs brought it, and stays where another did', async () => {
    await completeAs('job_x', 10);
    await results.forgetNewest(merchantId, ref.connectionId, new Set(['job_y']));
    await expect(results.newest(merchantId, ref.connectionId, 'balance', noon)).resolves.toMatchObject({ jobId: 'job_x' });
    await results.forgetNewest(merchantId, ref.connectionId, new Set(['job_y', 'job_x']));
    await expect(results.newest(merchantId, ref.connectionId, 'balance', noon)).resolves.toBeUndefined();
  });

  it('is another one for each kind, and none where no job completed', async () => {
    await completeAs('job_x', 10);
    await expect(results.newest(merchantId, ref.connectionId, 'identity', noon)).resolves.toBeUndefined();
  });
});
