import { DeleteCommand, GetCommand, paginateQuery, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ConnectionRemovals, Removal } from '../../ports.ts';
import { conditional, transact } from './conditional.ts';
import { parseRow } from './parse-row.ts';
import { connectionKey, type RowKey } from './row-keys.ts';

const removalRow = z.object({ merchantId: z.string(), connectionId: z.string(), at: z.string() });
/** Beside the open jobs in the sweep's sparse index. */
const openKey = 'REMOVALS';

export class DynamoConnectionRemovals implements ConnectionRemovals {
  readonly #tables: { readonly jobs: string; readonly connections: string };
  readonly #db: DynamoDBDocumentClient;

  constructor(tables: { readonly jobs: string; readonly connections: string }, db: DynamoDBDocumentClient) {
    this.#tables = tables;
    this.#db = db;
  }

  async begin(merchantId: string, connectionId: string, now: Date): Promise<Removal | undefined> {
    const removal: Removal = { merchantId, connectionId, at: now.toISOString() };
    const { written } = await transact(this.#db, [
      { Delete: { TableName: this.#tables.connections, Key: connectionKey(merchantId, connectionId), ConditionExpression: 'attribute_exists(pk)' } },
      { Put: { TableName: this.#tables.jobs, Item: { ...removalKey(merchantId, connectionId), ...removal, openKey, openSort: `${removal.at}#${merchantId}#${connectionId}` } } },
    ]);
    return written ? removal : undefined;
  }

  async find(merchantId: string, connectionId: string): Promise<Removal | undefined> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#tables.jobs, Key: removalKey(merchantId, connectionId), ConsistentRead: true }));
    return Item && parseRow(this.#tables.jobs, removalRow, Item);
  }

  async *listOpen(): AsyncIterable<Removal> {
    const query = { TableName: this.#tables.jobs, IndexName: 'open', KeyConditionExpression: 'openKey = :key', ExpressionAttributeValues: { ':key': openKey } };
    for await (const { Items = [] } of paginateQuery({ client: this.#db }, query)) yield* Items.map((item) => parseRow(this.#tables.jobs, removalRow, item));
  }

  async finish({ merchantId, connectionId, at }: Removal): Promise<void> {
    // Refused: the connection was saved anew and is being removed again, which has still to be carried through.
    await conditional(
      this.#db.send(
        new DeleteCommand({
          TableName: this.#tables.jobs,
          Key: removalKey(merchantId, connectionId),
          ConditionExpression: '#at = :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':at': at },
        }),
      ),
    );
  }
}

function removalKey(merchantId: string, connectionId: string): RowKey {
  return { pk: `${merchantId}#${connectionId}`, sk: 'REMOVAL' };
}
