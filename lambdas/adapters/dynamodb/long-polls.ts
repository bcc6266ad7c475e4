import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { LongPollPlace, LongPolls } from '../../ports.ts';
import { transact, type TransactItem } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import { parseRow } from './parse-row.ts';
import type { RowKey } from './row-keys.ts';

/** Longer than any request lives: what a caller that died has left counted is forgotten after two of these. */
const windowMs = 30_000;

const countRow = z.object({ waiting: z.number().int() });

/** Counts those who wait per merchant and half minute: who waits now came in this half minute or in the last one. */
export class DynamoLongPolls implements LongPolls {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;

  constructor(table: string, db: DynamoDBDocumentClient) {
    this.#table = table;
    this.#db = db;
  }

  async take(merchantId: string, limit: number, now: Date): Promise<LongPollPlace | undefined> {
    const window = Math.floor(now.getTime() / windowMs);
    const before = await this.#waitingSince(merchantId, window - 1);
    const taken = await this.#count({
      TableName: this.#table,
      Key: countKey(merchantId, window),
      UpdateExpression: 'SET #ttl = :ttl ADD waiting :one',
      // What came in the last half minute only leaves, so the sum never exceeds the limit.
      ConditionExpression: before < limit ? 'attribute_not_exists(waiting) OR waiting < :rest' : 'waiting < :rest',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': 1, ':rest': limit - before, ':ttl': ttlOf(new Date(now.getTime() + 10 * windowMs)) },
    });
    return taken ? { merchantId, window } : undefined;
  }

  async leave({ merchantId, window }: LongPollPlace): Promise<void> {
    await this.#count({
      TableName: this.#table,
      Key: countKey(merchantId, window),
      UpdateExpression: 'ADD waiting :minus',
      ConditionExpression: 'waiting > :zero',
      ExpressionAttributeValues: { ':minus': -1, ':zero': 0 },
    });
  }

  /** A transaction of one: the SDK's own repeat after a lost reply counts nobody twice. */
  async #count(Update: NonNullable<TransactItem['Update']>): Promise<boolean> {
    return (await transact(this.#db, [{ Update }])).written;
  }

  async #waitingSince(merchantId: string, window: number): Promise<number> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: countKey(merchantId, window), ConsistentRead: true }));
    return Item === undefined ? 0 : parseRow(this.#table, countRow, Item).waiting;
  }
}

function countKey(merchantId: string, window: number): RowKey {
  return { pk: `${merchantId}#${window}`, sk: 'LONG_POLLS' };
}
