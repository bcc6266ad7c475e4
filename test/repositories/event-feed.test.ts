import { DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoEventFeed } from '../../lambdas/adapters/dynamodb/event-feed.ts';
import { RowsBusy } from '../../lambdas/adapters/dynamodb/retry-conflicts.ts';
import { eventLifetimeMs } from '../../lambdas/domain/event.ts';
import type { NewEvent } from '../../lambdas/ports.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { after, noon, otherMerchantId } from './samples.ts';

let dynamodb: TestDynamodb;
let feed: DynamoEventFeed;
beforeAll(async () => {
  dynamodb = await startDynamodb();
  feed = new DynamoEventFeed(dynamodb.tables.events, dynamodb.client);
});
afterAll(() => dynamodb.stop());
let serial = 0;
let merchantId: string;
beforeEach(() => {
  merchantId = `mer_${++serial}`;
});

function someEvents(from: number, to: number): NewEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ changeId: `change ${from + index}`, facts: { type: 'job.ended', at: noon.toISOString(), userId: 'usr_1', connectionId: 'c', jobId: `job_${from + index}` } }));
}
async function read(request: { after?: string | undefined; limit?: number } = {}, now = noon, merchant = merchantId) {
  const page = await feed.read(merchant, { limit: 500, ...request }, now);
  return page && { jobs: page.items.map(({ jobId }) => jobId), last: page.items.at(-1)?.id, hasMore: page.hasMore };
}
const jobs = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `job_${from + index}`);
/** As a stream does: what was not published comes again. */
async function insist(events: readonly NewEvent[]): Promise<void> {
  for (;;) {
    try {
      await feed.publish(merchantId, events, noon);
      return;
    } catch (error) {
      if (!(error instanceof RowsBusy)) throw error;
    }
  }
}
/** Events rows as they are stored, by place. */
async function rows() {
  const { Items = [] } = await dynamodb.client.send(
    new QueryCommand({ TableName: dynamodb.tables.events, KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)', ExpressionAttributeValues: { ':pk': `${merchantId}#feed`, ':event': 'EVENT#' }, ConsistentRead: true }),
  );
  return Items;
}
const remove = (row: Record<string, unknown> | undefined) => dynamodb.client.send(new DeleteCommand({ TableName: dynamodb.tables.events, Key: { pk: row?.['pk'], sk: row?.['sk'] } }));

describe('a feed', () => {
  it('is empty at first', async () => {
    expect(await feed.read(merchantId, { limit: 10 }, noon)).toEqual({ items: [], hasMore: false });
  });

  it('lists what was published, in that order, with ids and nothing else', async () => {
    await feed.publish(merchantId, [{ changeId: 'a', facts: { type: 'user.verified', at: noon.toISOString(), userId: 'usr_1' } }, ...someEvents(1, 2)], noon);
    const page = await feed.read(merchantId, { limit: 10 }, noon);
    const id = expect.stringMatching(/^evt_[0-9a-f]{32}$/) as unknown;
    expect(page?.items).toEqual([
      { id, type: 'user.verified', at: noon.toISOString(), userId: 'usr_1' },
      { id, type: 'job.ended', at: noon.toISOString(), userId: 'usr_1', connectionId: 'c', jobId: 'job_1' },
      { id, type: 'job.ended', at: noon.toISOString(), userId: 'usr_1', connectionId: 'c', jobId: 'job_2' },
    ]);
    expect(new Set(page?.items.map((event) => event.id)).size).toBe(3);
  });

  it.each([1, 7, 49, 120])('is read whole in pages of %i, each event once', async (limit) => {
    await feed.publish(merchantId, someEvents(1, 120), noon);
    const seen: (string | undefined)[] = [];
    let page = await read({ limit });
    for (let turn = 0; page?.hasMore === true && turn < 200; turn++) {
      seen.push(...page.jobs);
      page = await read({ limit, after: page.last });
    }
    expect([...seen, ...(page?.jobs ?? [])]).toEqual(jobs(1, 120));
  });

  it('goes on from any event that it lists, and from the last one once there is more', async () => {
    await feed.publish(merchantId, someEvents(1, 5), noon);
    const all = await feed.read(merchantId, { limit: 10 }, noon);
    expect(await read({ after: all?.items[1]?.id })).toMatchObject({ jobs: jobs(3, 5), hasMore: false });
    expect(await read({ after: all?.items[4]?.id })).toMatchObject({ jobs: [], hasMore: false });
    await feed.publish(merchantId, someEvents(6, 6), after(86_400 * 3));
    expect(await read({ after: all?.items[4]?.id }, after(86_400 * 3))).toMatchObject({ jobs: jobs(6, 6) });
  });

  it('has one event of each change, however often and in whatever company it is published', async () => {
    await feed.publish(merchantId, someEvents(1, 3), noon);
    await feed.publish(merchantId, someEvents(1, 3), after(1));
    await feed.publish(merchantId, [...someEvents(2, 4), ...someEvents(3, 5)], after(2));
    expect((await read({}, after(20)))?.jobs).toEqual(jobs(1, 5));
  });

  it('gives concurrent publications places of their own, without a gap', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => insist(someEvents(index * 10 + 1, index * 10 + 10))));
    const listed = (await read())?.jobs ?? [];
    expect([...listed].sort()).toEqual(jobs(1, 80).sort());
    for (let index = 0; index < 8; index++) expect(listed.filter((job) => jobs(index * 10 + 1, index * 10 + 10).includes(job ?? ''))).toEqual(jobs(index * 10 + 1, index * 10 + 10));
    expect((await rows()).map(({ place }) => Number(place))).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
  });

  it('never shows a follower an event before one that stands ahead of it, while others publish', async () => {
    const publishing = Promise.all(Array.from({ length: 6 }, async (_, index) => {
      for (const event of someEvents(index * 20 + 1, index * 20 + 20)) await insist([event]);
    }));
    const followed: (string | undefined)[] = [];
    const following = (async () => {
      let last: string | undefined;
      while (followed.length < 120) {
        const page = await read({ after: last, limit: 3 });
        followed.push(...(page?.jobs ?? []));
        last = page?.last ?? last;
      }
    })();
    await Promise.all([publishing, following]);
    expect(followed).toEqual((await read())?.jobs);
  });

  it("is its merchant's alone", async () => {
    await feed.publish(merchantId, someEvents(1, 2), noon);
    await feed.publish(otherMerchantId, someEvents(7, 9), noon);
    expect((await read())?.jobs).toEqual(jobs(1, 2));
    const theirs = await feed.read(otherMerchantId, { limit: 10 }, noon);
    expect(await feed.read(merchantId, { after: theirs?.items[0]?.id, limit: 10 }, noon)).toBeUndefined();
  });

  it('knows no event that it never had: of another change, behind the end, before the beginning, or when it is empty', async () => {
    await feed.publish(merchantId, someEvents(1, 2), noon);
    for (const place of ['000000000002', '000000000003', '000000000000', 'ffffffffffff']) expect(await read({ after: `evt_${place}${'0'.repeat(20)}` }), place).toBeUndefined();
    expect(await read({ after: `evt_000000000001${'0'.repeat(20)}` }, noon, 'mer_empty')).toBeUndefined();
  });
});

describe('an event that is 30 days old', () => {
  it('is listed no more, though its row may still be there, and is a place to go on from', async () => {
    await feed.publish(merchantId, someEvents(1, 3), noon);
    const first = await feed.read(merchantId, { limit: 10 }, noon);
    const end = new Date(noon.getTime() + eventLifetimeMs);
    await feed.publish(merchantId, someEvents(4, 5), after(3600));
    expect((await read({}, new Date(end.getTime() - 1)))?.jobs).toEqual(jobs(1, 5));
    expect((await read({}, end))?.jobs).toEqual(jobs(4, 5));
    for (const row of (await rows()).slice(0, 3)) await remove(row);
    expect((await read({}, end))?.jobs).toEqual(jobs(4, 5));
    expect((await read({ after: first?.items[0]?.id }, end))?.jobs).toEqual(jobs(4, 5));
  });

  it('is a place to go on from when nothing has happened since', async () => {
    await feed.publish(merchantId, someEvents(1, 2), noon);
    const last = (await read())?.last;
    for (const row of await rows()) await remove(row);
    const later = after(60 * 86_400);
    expect(await read({ after: last }, later)).toMatchObject({ jobs: [], hasMore: false });
    await feed.publish(merchantId, someEvents(3, 3), later);
    expect((await read({ after: last }, later))?.jobs).toEqual(jobs(3, 3));
  });

  it('carries the time at which DynamoDB may delete it', async () => {
    await feed.publish(merchantId, someEvents(1, 1), noon);
    expect((await rows()).map(({ ttl }) => Number(ttl))).toEqual([(noon.getTime() + eventLifetimeMs) / 1000]);
  });
});

describe('a reader that meets a transaction half done', () => {
  it('stops before the place that is not there yet, and finds it later', async () => {
    await feed.publish(merchantId, someEvents(1, 4), noon);
    const [, second] = await rows();
    await remove(second);
    expect(await read({}, after(1))).toMatchObject({ jobs: jobs(1, 1), hasMore: false });
    expect((await read({}, after(11)))?.jobs).toEqual(['job_1', 'job_3', 'job_4']);
  });
});
