import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeRecords } from '../../lambdas/adapters/dynamodb/change-records.ts';
import { DynamoEventFeed } from '../../lambdas/adapters/dynamodb/event-feed.ts';
import { publish } from '../../lambdas/events/publish.ts';
import type { LogFields } from '../../lambdas/runtime/logger.ts';
import { aConnection, aJob, aUser, merchantId, noon, otherMerchantId } from '../repositories/samples.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';

let dynamodb: TestDynamodb;
let feed: DynamoEventFeed;
const lines: { message: string; fields: LogFields | undefined }[] = [];
const line = (message: string, fields?: LogFields) => void lines.push({ message, fields });
beforeAll(async () => {
  dynamodb = await startDynamodb();
  feed = new DynamoEventFeed(dynamodb.tables.events, dynamodb.client);
});
afterAll(() => dynamodb.stop());

const deps = () => ({ changes: changeRecords, feed, clock: { now: () => noon }, log: { info: line, warn: line, error: line } });
const hand = (Records: unknown[], over: Partial<ReturnType<typeof deps>> = {}) => publish(() => ({ ...deps(), ...over }))({ Records }, {} as Context);

let serial = 0;
/** A record as Lambda hands it over. */
function record(sk: string, before: object | undefined, after: object | undefined, table = 'jobs') {
  serial += 1;
  const keys = { pk: 'any', sk };
  const row = (image: object | undefined) => image && marshall({ ...keys, ...image });
  return {
    eventID: String(serial), eventName: 'MODIFY', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: 'us-east-1', eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/1`,
    dynamodb: { ApproximateCreationDateTime: noon.getTime() / 1000, Keys: marshall(keys), SequenceNumber: `n-${serial}`, StreamViewType: 'NEW_AND_OLD_IMAGES', NewImage: row(after), OldImage: row(before) },
  };
}
const jobEnded = (id: string, over = {}) => record('JOB', aJob({ id, status: 'fetching', ...over }), aJob({ id, status: 'completed', ...over }));
const published = async (merchant = merchantId) => (await feed.read(merchant, { limit: 100 }, noon))?.items ?? [];
const namesIn = async (merchant?: string) => (await published(merchant)).map(({ type, jobId, connectionId, userId }) => `${type} ${jobId ?? connectionId ?? userId}`);

describe('the function that publishes', () => {
  it('makes events of records, and of other rows and unimportant changes none', async () => {
    const linked = aConnection({ id: 'c'.repeat(32) });
    const reply = await hand([
      record('USER', aUser({ status: 'verification_required' }), aUser(), 'users'),
      record('PHONE', undefined, { userId: 'usr_1' }, 'users'),
      record('CONNECTION', undefined, linked, 'connections'),
      record('CONNECTION', linked, { ...linked, checkedAt: '2026-05-01T00:00:00.000Z' }, 'connections'),
      jobEnded('job_a'),
      record('JOB', aJob({ status: 'running' }), aJob({ status: 'fetching' })),
    ]);
    expect(reply).toEqual({ batchItemFailures: [] });
    expect(await namesIn()).toEqual(['user.verified usr_1', `connection.linked ${linked.id}`, 'job.ended job_a']);
    expect((await published()).map(({ at }) => at)).toEqual(Array(3).fill(noon.toISOString()));
  });

  it('names a record that does not fit, logs its paths alone, and publishes the rest', async () => {
    lines.length = 0;
    const secret = 'account-number-0042';
    const broken = record('JOB', undefined, { ...aJob({ status: 'completed' }), status: secret, timeline: secret });
    const strange = { ...jobEnded('job_b'), eventSourceARN: 7 };
    const reply = await hand([broken, jobEnded('job_c'), strange, jobEnded('job_d')]);
    expect(reply).toEqual({ batchItemFailures: [{ itemIdentifier: broken.dynamodb.SequenceNumber }, { itemIdentifier: strange.dynamodb.SequenceNumber }] });
    expect((await namesIn()).slice(-2)).toEqual(['job.ended job_c', 'job.ended job_d']);
    expect(lines.map(({ message }) => message)).toEqual(['an event is not published', 'an event is not published']);
    expect(lines[0]?.fields).toMatchObject({ reason: expect.stringMatching(/table jobs .* at status, timeline/) as unknown });
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('publishes what is delivered again no second time', async () => {
    const records = [jobEnded('job_e'), jobEnded('job_f')];
    await hand(records);
    const before = await namesIn();
    expect(await hand([...records, jobEnded('job_g')])).toEqual({ batchItemFailures: [] });
    expect(await namesIn()).toEqual([...before, 'job.ended job_g']);
  });

  it('lets no merchant wait for another whose feed cannot be written', async () => {
    const failing = { publish: async (merchant: string, ...rest: Parameters<DynamoEventFeed['publish']> extends [unknown, ...infer R] ? R : never) => {
      if (merchant === merchantId) throw new Error('no');
      await feed.publish(merchant, ...rest);
    } };
    const mine = [jobEnded('job_h'), jobEnded('job_i')];
    const [first, second] = mine;
    const reply = await hand([first, jobEnded('job_j', { merchantId: otherMerchantId }), second], { feed: Object.assign(Object.create(feed) as DynamoEventFeed, failing) });
    expect(reply).toEqual({ batchItemFailures: mine.map(({ dynamodb: { SequenceNumber } }) => ({ itemIdentifier: SequenceNumber })) });
    expect(await namesIn(otherMerchantId)).toEqual(['job.ended job_j']);
  });

  it('fails as a whole when what it is handed is no batch', async () => {
    await expect(publish(deps)({ Records: [{}] }, {} as Context)).rejects.toMatchObject({ name: 'Internal' });
  });
});
