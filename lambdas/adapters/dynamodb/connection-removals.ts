import { DeleteCommand, GetCommand, paginateQuery, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { connection } from '../../domain/connection.ts';
import type { ConnectionRemovals, Removal } from '../../ports.ts';
import { conditional, transact } from './conditional.ts';
import { parseRow } from './parse-row.ts';
import { connectionKey, type RowKey } from './row-keys.ts';

const removalRow = z.object({ merchantId: z.string(), connectionId: z.string(), generation: z.string(), at: z.string(), position: z.string().optional() });
const generationRow = connection.pick({ generation: true });
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
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#tables.connections, Key: connectionKey(merchantId, connectionId), ConsistentRead: true }));
    if (Item === undefined) return undefined;
    const { generation } = parseRow(this.#tables.connections, generationRow, Item);
    const removal: Removal = { merchantId, connectionId, generation, at: now.toISOString() };
    const { written } = await transact(this.#db, [
      {
        Delete: {
          TableName: this.#tables.connections,
          Key: connectionKey(merchantId, connectionId),
          ConditionExpression: 'generation = :generation',
          ExpressionAttributeValues: { ':generation': generation },
        },
      },
      { Put: { TableName: this.#tables.jobs, Item: { ...removalKey(removal), ...removal, openKey, openSort: `${removal.at}#${merchantId}#${generation}` } } },
    ]);
    // Somebody else has removed it, and it may have been saved anew since.
    return written ? removal : this.begin(merchantId, connectionId, now);
  }

  async find(merchantId: string, connectionId: string): Promise<Removal[]> {
    const { pk, sk } = removalKey({ merchantId, connectionId, generation: '' });
    const query = {
      TableName: this.#tables.jobs,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': sk },
    };
    const removals: Removal[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.#db }, query)) removals.push(...Items.map((item) => parseRow(this.#tables.jobs, removalRow, item)));
    return removals;
  }

  async *listOpen(): AsyncIterable<Removal> {
    const query = { TableName: this.#tables.jobs, IndexName: 'open', KeyConditionExpression: 'openKey = :key', ExpressionAttributeValues: { ':key': openKey } };
    for await (const { Items = [] } of paginateQuery({ client: this.#db }, query)) yield* Items.map((item) => parseRow(this.#tables.jobs, removalRow, item));
  }

  async advance(removal: Removal, position: string): Promise<void> {
    await conditional(
      this.#db.send(
        new UpdateCommand({
          TableName: this.#tables.jobs,
          Key: removalKey(removal),
          UpdateExpression: 'SET #position = :position',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#position': 'position' },
          ExpressionAttributeValues: { ':position': position },
        }),
      ),
    );
  }

  async finish(removal: Removal): Promise<void> {
    await this.#db.send(new DeleteCommand({ TableName: this.#tables.jobs, Key: removalKey(removal) }));
  }
}

/** One per generation: a connection that is saved anew and removed again has both carried through. */
function removalKey({ merchantId, connectionId, generation }: Omit<Removal, 'at' | 'position'>): RowKey {
  return { pk: `${merchantId}#${connectionId}`, sk: `REMOVAL#${generation}` };
}
