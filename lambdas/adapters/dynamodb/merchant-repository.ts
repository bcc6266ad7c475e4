import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { merchant, type Merchant } from '../../domain/merchant.ts';
import type { MerchantRepository } from '../../ports.ts';
import { parseRow } from './parse-row.ts';
import { merchantKey } from './row-keys.ts';

export class DynamoMerchantRepository implements MerchantRepository {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;

  constructor(table: string, db: DynamoDBDocumentClient) {
    this.#table = table;
    this.#db = db;
  }

  async store(settings: Merchant): Promise<void> {
    await this.#db.send(new PutCommand({ TableName: this.#table, Item: { ...merchantKey(settings.id), ...settings } }));
  }

  async find(merchantId: string): Promise<Merchant | undefined> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: merchantKey(merchantId), ConsistentRead: true }));
    return Item && parseRow(this.#table, merchant, Item);
  }
}
