import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoIdempotencyRecords, keepReplyWrite } from '../../lambdas/adapters/dynamodb/idempotency-records.ts';
import { transact } from '../../lambdas/adapters/dynamodb/conditional.ts';
import type { IdempotencyKey, KeptReply } from '../../lambdas/ports.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { after, merchantId, noon, otherMerchantId } from './samples.ts';

let dynamodb: TestDynamodb;
let records: DynamoIdempotencyRecords;
beforeAll(async () => {
  dynamodb = await startDynamodb();
  records = new DynamoIdempotencyRecords(dynamodb.tables.access, dynamodb.client);
});
afterAll(() => dynamodb.stop());

let serial = 0;
let key: IdempotencyKey;
beforeEach(() => {
  key = { merchantId, name: `POST /v1/users order-${++serial}`, holder: 'run-1' };
});
const second = () => ({ ...key, holder: 'run-2' });
const dayMs = 24 * 3_600_000;
const lockMs = 30_000;

function aReply(of: IdempotencyKey, over: Partial<KeptReply> = {}): KeptReply {
  return { key: of, status: 201, headers: { location: '/v1/users/usr_1' }, body: '{"id":"usr_1"}', expiresAt: new Date(noon.getTime() + dayMs), ...over };
}
const kept = { status: 201, headers: { location: '/v1/users/usr_1' }, body: '{"id":"usr_1"}' };

describe('a request under a key', () => {
  it('is started by one of 100 that arrive at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, place) => records.begin({ ...key, holder: `run-${place}` }, 'print', noon, lockMs)));
    expect(answers.filter((answer) => answer === 'started')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'in_progress')).toHaveLength(99);
  });

  it('is answered with the kept reply for 24 hours, and then starts anew', async () => {
    await records.begin(key, 'print', noon, lockMs);
    await records.keep(aReply(key));
    await expect(records.begin(second(), 'print', new Date(noon.getTime() + dayMs - 1), lockMs)).resolves.toEqual(kept);
    await expect(records.begin(second(), 'print', new Date(noon.getTime() + dayMs), lockMs)).resolves.toBe('started');
  });

  it('is refused when the key belongs to another request, running or answered', async () => {
    await records.begin(key, 'print', noon, lockMs);
    await expect(records.begin(second(), 'other print', after(1), lockMs)).resolves.toBe('reused');
    await records.keep(aReply(key));
    await expect(records.begin(second(), 'other print', after(2), lockMs)).resolves.toBe('reused');
    await expect(records.begin(second(), 'print', after(3), lockMs)).resolves.toEqual(kept);
  });

  it('is taken over by its own repeat, and by nothing else, once the first run must have died', async () => {
    await records.begin(key, 'print', noon, lockMs);
    await expect(records.begin(second(), 'print', after(29.999), lockMs)).resolves.toBe('in_progress');
    await expect(records.begin(second(), 'other print', after(30), lockMs)).resolves.toBe('reused');
    await expect(records.begin(second(), 'print', after(30), lockMs)).resolves.toBe('started');
  });

  it('is kept apart from the same key of another merchant and of another route', async () => {
    await records.begin(key, 'print', noon, lockMs);
    await expect(records.begin({ ...key, merchantId: otherMerchantId }, 'print', noon, lockMs)).resolves.toBe('started');
    await expect(records.begin({ ...second(), name: `${key.name}!` }, 'print', noon, lockMs)).resolves.toBe('started');
  });

  it('shows the caller’s key in no key of a row', async () => {
    await records.begin({ ...key, name: 'POST /v1/users canary-3125550142' }, 'print', noon, lockMs);
    const { Items } = await dynamodb.client.send(new ScanCommand({ TableName: dynamodb.tables.access, ProjectionExpression: 'pk, sk' }));
    expect(JSON.stringify(Items)).toContain(merchantId);
    expect(JSON.stringify(Items)).not.toContain('canary');
  });
});

describe('a run that was overtaken', () => {
  beforeEach(async () => {
    await records.begin(key, 'print', noon, lockMs);
    await records.begin(second(), 'print', after(31), lockMs);
  });

  it('cannot complete the record of the run that overtook it', async () => {
    await records.keep(aReply(key));
    await expect(records.begin({ ...key, holder: 'run-3' }, 'print', after(32), lockMs)).resolves.toBe('in_progress');
    await records.keep(aReply(second(), { status: 200 }));
    await expect(records.begin({ ...key, holder: 'run-3' }, 'print', after(33), lockMs)).resolves.toMatchObject({ status: 200 });
  });

  it('cannot forget it either', async () => {
    await records.forget(key);
    await expect(records.begin({ ...key, holder: 'run-3' }, 'print', after(32), lockMs)).resolves.toBe('in_progress');
  });

  it('takes down the whole transaction that its reply is part of', async () => {
    const other = { pk: `${merchantId}#beside-${serial}`, sk: 'TEST' };
    const put = { Put: { TableName: dynamodb.tables.access, Item: other } };
    await expect(transact(dynamodb.client, [put, keepReplyWrite(dynamodb.tables.access, aReply(key))])).resolves.toMatchObject({ written: false });
    await expect(dynamodb.client.send(new GetCommand({ TableName: dynamodb.tables.access, Key: other }))).resolves.not.toHaveProperty('Item');
  });
});

describe('forgetting and keeping', () => {
  it('lets a forgotten request run again, even as another one', async () => {
    await records.begin(key, 'print', noon, lockMs);
    await records.forget(key);
    await expect(records.begin(second(), 'other print', after(1), lockMs)).resolves.toBe('started');
  });

  it('forgets no kept reply', async () => {
    await records.begin(key, 'print', noon, lockMs);
    await records.keep(aReply(key));
    await records.forget(key);
    await expect(records.begin(second(), 'print', after(1), lockMs)).resolves.toEqual(kept);
  });

  it('keeps a reply inside another transaction', async () => {
    await records.begin(key, 'print', noon, lockMs);
    await expect(transact(dynamodb.client, [keepReplyWrite(dynamodb.tables.access, aReply(key))])).resolves.toEqual({ written: true });
    await expect(records.begin(second(), 'print', after(1), lockMs)).resolves.toEqual(kept);
  });

  it('keeps a reply of 300,000 letters and refuses one of 400,000 with a sentence', async () => {
    await records.begin(key, 'print', noon, lockMs);
    const body = JSON.stringify('x'.repeat(300_000));
    await records.keep(aReply(key, { body }));
    await expect(records.begin(second(), 'print', after(1), lockMs)).resolves.toMatchObject({ body });
    await expect(records.keep(aReply(key, { body: 'x'.repeat(400_000) }))).rejects.toThrow('cannot be kept');
  });
});
