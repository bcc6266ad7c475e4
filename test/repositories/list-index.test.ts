import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { batchWrite } from '../../lambdas/adapters/dynamodb/batch-write.ts';
import { patient } from '../../lambdas/adapters/dynamodb/backoff.ts';
import { listAttributes, parentKey, readList, type ListRequest } from '../../lambdas/adapters/dynamodb/list-index.ts';
import type { Page } from '../../lambdas/ports.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { after } from './samples.ts';

let dynamodb: TestDynamodb;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());
let serial = 0;
let merchantId: string;
beforeEach(() => {
  merchantId = `mer_${++serial}`;
});

const thing = z.object({ id: z.string(), createdAt: z.string(), color: z.enum(['red', 'blue']) });
type Thing = z.output<typeof thing>;

function aThing(place: number, over: Partial<Thing> = {}): Thing {
  return { id: `thing-${place}`, createdAt: after(place).toISOString(), color: place % 10 === 0 ? 'red' : 'blue', ...over };
}

async function insert(things: readonly Thing[], parentId = 'parent-1'): Promise<void> {
  const rows = things.map((one) => ({
    PutRequest: { Item: { pk: `${merchantId}#${one.id}`, sk: 'THING', ...listAttributes({ merchantId, ...one }), parentKey: parentKey(merchantId, parentId), ...one } },
  }));
  await batchWrite(dynamodb.client, dynamodb.tables.jobs, rows, patient);
}

function read(limit: number, position?: string, over: Partial<ListRequest<Thing>> = {}): Promise<Page<Thing>> {
  const request = { table: dynamodb.tables.jobs, scope: { merchantId }, parse: (row: unknown) => thing.parse(row), ...over };
  return readList(dynamodb.client, request, { limit, position });
}

async function readAll(limit: number, over: Partial<ListRequest<Thing>> = {}, between: () => Promise<void> = async () => undefined): Promise<Thing[][]> {
  const pages: Thing[][] = [];
  let position: string | undefined;
  do {
    const page = await read(limit, position, over);
    pages.push(page.items);
    position = page.position;
    await between();
  } while (position !== undefined);
  return pages;
}

const numbers = (count: number) => Array.from({ length: count }, (_, place) => place);
const newestFirst = (things: readonly Thing[]) => things.toSorted((one, other) => (`${one.createdAt}#${one.id}` < `${other.createdAt}#${other.id}` ? 1 : -1));

describe('a list', () => {
  it('shows every row once, newest first, in full pages, however rows and pages are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 12 }), async (count, limit, perSecond) => {
        merchantId = `mer_${++serial}`;
        const things = numbers(count).map((place) => aThing(place, { createdAt: after(Math.floor(place / perSecond)).toISOString() }));
        await insert(things);
        const pages = await readAll(limit);
        expect(pages.flat()).toEqual(newestFirst(things));
        expect(pages.map((page) => page.length)).toEqual(count === 0 ? [0] : numbers(Math.ceil(count / limit)).map((page) => Math.min(limit, count - page * limit)));
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  it('misses and doubles nothing that was there at the start, while newer rows arrive', async () => {
    await insert(numbers(120).map((place) => aThing(place)));
    let next = 120;
    const pages = await readAll(17, {}, () => insert([aThing(next++), aThing(next++)]));
    expect(pages.flat()).toEqual(newestFirst(numbers(120).map((place) => aThing(place))));
  });

  it('goes on from a row that was removed meanwhile', async () => {
    await insert(numbers(10).map((place) => aThing(place)));
    const { position } = await read(3);
    await batchWrite(dynamodb.client, dynamodb.tables.jobs, [{ DeleteRequest: { Key: { pk: `${merchantId}#thing-7`, sk: 'THING' } } }], patient);
    const { items } = await read(3, position);
    expect(items.map(({ id }) => id)).toEqual(['thing-6', 'thing-5', 'thing-4']);
  });

  it('fills its pages from behind a filter, and knows the last match as the last', async () => {
    await insert(numbers(400).map((place) => aThing(place)));
    const pages = await readAll(8, { keep: ({ color }) => color === 'red' });
    expect(pages.map((page) => page.length)).toEqual([8, 8, 8, 8, 8]);
    expect(pages.flat()).toEqual(newestFirst(numbers(400).map((place) => aThing(place))).filter(({ color }) => color === 'red'));
  });

  it('sorts a time without milliseconds among those with', async () => {
    await insert([aThing(1, { createdAt: '2026-03-01T12:00:00.500Z' }), aThing(2, { createdAt: '2026-03-01T12:00:00Z' }), aThing(3, { createdAt: '2026-03-01T12:00:00.250Z' })]);
    const { items } = await read(10);
    expect(items.map(({ id }) => id)).toEqual(['thing-1', 'thing-3', 'thing-2']);
  });

  it.each([1, 3, 100])('ends at the time from which it is asked for, %i at a time', async (limit) => {
    await insert(numbers(30).map((place) => aThing(place)));
    const pages = await readAll(limit, { from: after(20).toISOString() });
    expect(pages.flat().map(({ id }) => id)).toEqual(numbers(10).map((place) => `thing-${29 - place}`));
  });

  it('is over at a position before the time from which it is asked for', async () => {
    await insert(numbers(30).map((place) => aThing(place)));
    const { position } = await read(25);
    await expect(read(10, position, { from: after(20).toISOString() })).resolves.toEqual({ items: [], position: undefined });
  });

  it('of one parent shows that parent’s rows only', async () => {
    await insert(numbers(20).map((place) => aThing(place)));
    await insert(numbers(20).map((place) => aThing(place + 100)), 'parent-2');
    const pages = await readAll(6, { scope: { merchantId, parentId: 'parent-1' } });
    expect(pages.flat()).toEqual(newestFirst(numbers(20).map((place) => aThing(place))));
    await expect(read(6, undefined, { scope: { merchantId: 'mer_other', parentId: 'parent-1' } })).resolves.toEqual({ items: [], position: undefined });
  });

  it('of one merchant shows nothing of another', async () => {
    await insert([aThing(1)]);
    await expect(read(10, undefined, { scope: { merchantId: 'mer_other' } })).resolves.toEqual({ items: [], position: undefined });
  });
});

describe('the work for one page', () => {
  it('stays within bounds when a filter passes nothing: a short page, and a position that leads on to the end', async () => {
    const rows = 5500;
    await insert(numbers(rows).map((place) => aThing(place, { color: 'blue' })));
    let parsed = 0;
    const counting = { parse: (row: unknown) => (parsed++, thing.parse(row)), keep: ({ color }: Thing) => color === 'red' };
    const first = await read(10, undefined, counting);
    expect(first.items).toEqual([]);
    expect(first.position).toBeDefined();
    expect(parsed).toBeLessThan(5000);
    const rest = await read(10, first.position, counting);
    expect(rest).toEqual({ items: [], position: undefined });
    expect(parsed).toBe(rows);
  }, 60_000);

  it('reads little more than the page from a long list', async () => {
    await insert(numbers(1000).map((place) => aThing(place)));
    const queries: number[] = [];
    const counted = new Proxy(dynamodb.client, {
      get: (client, name) => name !== 'send' ? Reflect.get(client, name) as unknown : async (command: QueryCommand) => {
        const reply = await client.send(command);
        queries.push(reply.Items?.length ?? 0);
        return reply;
      },
    });
    const request = { table: dynamodb.tables.jobs, scope: { merchantId }, parse: (row: unknown) => thing.parse(row), keep: () => true };
    await readList(counted, request, { limit: 100 });
    expect(queries.reduce((sum, count) => sum + count, 0)).toBeLessThan(250);
  });
});

describe('the spread over partitions', () => {
  it('shares a merchant’s rows out over four', () => {
    const keys = numbers(4000).map((place) => listAttributes({ merchantId, ...aThing(place) }).listKey);
    const counts = Object.values(Object.groupBy(keys, (key) => key)).map((group) => group?.length ?? 0);
    expect(counts).toHaveLength(4);
    expect(Math.min(...counts)).toBeGreaterThan(850);
  });
});
