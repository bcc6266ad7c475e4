import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { apiKey, type ApiKey } from '../../domain/merchant.ts';
import type { ApiKeyRepository } from '../../ports.ts';
import { parseRow } from './parse-row.ts';
import type { RowKey } from './row-keys.ts';

export class DynamoApiKeyRepository implements ApiKeyRepository {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;

  constructor(table: string, db: DynamoDBDocumentClient) {
    this.#table = table;
    this.#db = db;
  }

  async store(hash: string, key: ApiKey): Promise<void> {
    await this.#db.send(new PutCommand({ TableName: this.#table, Item: { ...apiKeyKey(hash), ...key } }));
  }

  /** Expired and revoked keys are found too: the authorizer says why it refuses. Consistent, so that a revoked key dies with the gateway's cache. */
  async findByHash(hash: string): Promise<ApiKey | undefined> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: apiKeyKey(hash), ConsistentRead: true }));
    return Item && parseRow(this.#table, apiKey, Item);
  }
}

/** The only row that cannot begin with its merchant: whoever shows the key is not known yet. */
function apiKeyKey(hash: string): RowKey {
  return { pk: `KEY#${hash}`, sk: 'API_KEY' };
}
