import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { WebhookTrust } from '../../ports.ts';
import { conditional } from './conditional.ts';
import { parseRow } from './parse-row.ts';
import { webhookTrustKey } from './row-keys.ts';

const trustRow = z.object({ trusted: z.boolean() });

export class DynamoWebhookTrust implements WebhookTrust {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;

  constructor(table: string, db: DynamoDBDocumentClient) {
    this.#table = table;
    this.#db = db;
  }

  async isTrusted(merchantId: string): Promise<boolean> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: webhookTrustKey(merchantId), ConsistentRead: true }));
    return Item !== undefined && parseRow(this.#table, trustRow, Item).trusted;
  }

  async set(merchantId: string, trusted: boolean, now: Date): Promise<void> {
    // Every delivery comes through here, and hardly any changes the row: a read costs a fifth of a write and never waits for one.
    if ((await this.isTrusted(merchantId)) === trusted) return;
    await conditional(
      this.#db.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...webhookTrustKey(merchantId), trusted, changedAt: now.toISOString() },
          ConditionExpression: 'attribute_not_exists(pk) OR changedAt <= :now', // what was learned later stays
          ExpressionAttributeValues: { ':now': now.toISOString() },
        }),
      ),
    );
  }
}
