import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { AppError } from '../../domain/errors.ts';
import { jobTypes, type JobRef, type JobType } from '../../domain/job.ts';
import { balanceResult, identityResult, transactionsHead, type Transaction } from '../../domain/results.ts';
import type { Page, PageRequest, ResultRepository, StoredResult } from '../../ports.ts';
import { patient, type Backoff } from './backoff.ts';
import { batchWrite } from './batch-write.ts';
import { conditional } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import { parseRow } from './parse-row.ts';
import { cutIntoPages, readPage, transactionsPerPage } from './result-pages.ts';
import { newestResultKey, newestResultRow } from './newest-result.ts';
import { resultKey, type RowKey } from './row-keys.ts';

/** `generation` names the set of pages that belongs to the head: pages of another store of the same job may stand beside them for a while. */
const headRow = z.object({
  head: z.discriminatedUnion('type', [balanceResult, identityResult, transactionsHead]),
  generation: z.string(),
  itemCount: z.number().int(),
  expiresAt: z.string(),
});
type HeadRow = z.output<typeof headRow>;

const keyRow = z.object({ pk: z.string(), sk: z.string() });

export interface ResultRepositorySettings {
  readonly backoff: Backoff;
  readonly newGeneration: () => string;
}

export class DynamoResultRepository implements ResultRepository {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;
  readonly #settings: ResultRepositorySettings;

  constructor(table: string, db: DynamoDBDocumentClient, settings: ResultRepositorySettings = { backoff: patient, newGeneration: randomUUID }) {
    this.#table = table;
    this.#db = db;
    this.#settings = settings;
  }

  async store(ref: JobRef, result: StoredResult, expiresAt: Date): Promise<void> {
    // Another store of the same job may finish in between; then this one, which comes after it, starts over on top of it.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await this.#storeOnce(ref, result, expiresAt)) return;
    }
    throw new AppError('Internal', 'the result of one job was stored many times at once; fetch it again');
  }

  async remove({ merchantId, jobId }: JobRef): Promise<void> {
    // The head first: without it, pages are nobody's result.
    await this.#db.send(new DeleteCommand({ TableName: this.#table, Key: headKey(merchantId, jobId) }));
    // One by one, since who removes results may not write any, and a batch asks for the right to both.
    for (const Key of await this.#pageKeys(merchantId, jobId)) await this.#db.send(new DeleteCommand({ TableName: this.#table, Key }));
  }

  async readHead({ merchantId, jobId }: JobRef, now: Date) {
    const row = await this.#readHeadRow(merchantId, jobId);
    return row === undefined || hasExpired(row, now) ? undefined : row.head;
  }

  async readTransactions(ref: JobRef, page: PageRequest): Promise<Page<Transaction> | undefined> {
    const offset = offsetOf(page.position);
    for (let attempt = 0; attempt < 3; attempt++) {
      const head = await this.#readHeadRow(ref.merchantId, ref.jobId);
      if (head === undefined) return undefined;
      if (offset >= head.itemCount) return { items: [], position: undefined };
      const items = await this.#readItems(ref, head.generation, offset, page.limit);
      const end = offset + items.length;
      // Short of pages: a repeated store has just replaced them, and the head that is read next names the new ones.
      if (items.length === Math.min(page.limit, head.itemCount - offset)) return { items, position: end < head.itemCount ? String(end) : undefined };
    }
    throw new AppError('Internal', 'pages of a result are missing behind its head; read it again');
  }

  async newest(merchantId: string, connectionId: string, type: JobType, now: Date) {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: newestResultKey(merchantId, connectionId, type), ConsistentRead: true }));
    if (Item === undefined) return undefined;
    const row = parseRow(this.#table, newestResultRow, Item);
    return hasExpired(row, now) ? undefined : { jobId: row.jobId, completedAt: row.completedAt };
  }

  async forgetNewest(merchantId: string, connectionId: string, jobIds: ReadonlySet<string>): Promise<void> {
    for (const type of jobTypes) {
      const Key = newestResultKey(merchantId, connectionId, type);
      const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
      const jobId = Item && parseRow(this.#table, newestResultRow, Item).jobId;
      if (jobId === undefined || !jobIds.has(jobId)) continue;
      await conditional(this.#db.send(new DeleteCommand({ TableName: this.#table, Key, ConditionExpression: 'jobId = :job', ExpressionAttributeValues: { ':job': jobId } })));
    }
  }

  /** Pages under a generation of their own, then the head that makes them the result, then away with what was there before. False when another store came between. */
  async #storeOnce({ merchantId, jobId }: JobRef, result: StoredResult, expiresAt: Date): Promise<boolean> {
    const generation = this.#settings.newGeneration();
    const expiry = { expiresAt: expiresAt.toISOString(), ttl: ttlOf(expiresAt) };
    const items = 'items' in result ? result.items : [];
    const pages = cutIntoPages(items).map((page) => ({ PutRequest: { Item: { ...pageKey(merchantId, jobId, generation, page.offset), ...page, ...expiry } } }));
    const replaced = (await this.#readHeadRow(merchantId, jobId))?.generation;
    const surplus = await this.#pageKeys(merchantId, jobId);
    await batchWrite(this.#db, this.#table, pages, this.#settings.backoff);
    const head = await conditional(
      this.#db.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...headKey(merchantId, jobId), head: result.head, generation, itemCount: items.length, ...expiry },
          ConditionExpression: replaced === undefined ? 'attribute_not_exists(pk)' : 'generation = :replaced',
          ...(replaced !== undefined && { ExpressionAttributeValues: { ':replaced': replaced } }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    // The SDK repeats a write whose reply was lost: then the head in its way is its own.
    if (!head.written && (head.refusal.row === undefined || parseRow(this.#table, headRow, head.refusal.row).generation !== generation)) return false;
    await batchWrite(this.#db, this.#table, surplus.map((key) => ({ DeleteRequest: { Key: key } })), this.#settings.backoff);
    return true;
  }

  async #readHeadRow(merchantId: string, jobId: string): Promise<HeadRow | undefined> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: headKey(merchantId, jobId), ConsistentRead: true }));
    return Item && parseRow(this.#table, headRow, Item);
  }

  async #readItems({ merchantId, jobId }: JobRef, generation: string, offset: number, limit: number): Promise<Transaction[]> {
    const first = pageKey(merchantId, jobId, generation, Math.max(0, offset - transactionsPerPage + 1));
    const last = pageKey(merchantId, jobId, generation, offset + limit - 1);
    const rows = await this.#queryAll({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': first.pk, ':first': first.sk, ':last': last.sk },
    });
    const placed = rows.flatMap((row) => {
      const page = readPage(this.#table, row);
      return page.items.map((item, place) => ({ item, place: page.offset + place }));
    });
    return placed.filter(({ place }) => place >= offset && place < offset + limit).map(({ item }) => item);
  }

  async #pageKeys(merchantId: string, jobId: string): Promise<RowKey[]> {
    const { pk } = headKey(merchantId, jobId);
    const rows = await this.#queryAll({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :pages)',
      ExpressionAttributeValues: { ':pk': pk, ':pages': pagePrefix },
      ProjectionExpression: 'pk, sk',
    });
    return rows.map((row) => parseRow(this.#table, keyRow, row));
  }

  async #queryAll(query: { KeyConditionExpression: string; ExpressionAttributeValues: Record<string, string>; ProjectionExpression?: string }): Promise<unknown[]> {
    const rows: unknown[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#db.send(new QueryCommand({ TableName: this.#table, ConsistentRead: true, ExclusiveStartKey: start, ...query }));
      rows.push(...Items);
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return rows;
  }
}

const pagePrefix = 'PAGE#';

function headKey(merchantId: string, jobId: string): RowKey {
  return resultKey(merchantId, jobId, 'HEAD');
}

function pageKey(merchantId: string, jobId: string, generation: string, offset: number): RowKey {
  return resultKey(merchantId, jobId, `${pagePrefix}${generation}#${String(offset).padStart(9, '0')}`);
}

function hasExpired({ expiresAt }: { readonly expiresAt: string }, now: Date): boolean {
  return Date.parse(expiresAt) <= now.getTime();
}

/** A position is the place of the page's first transaction in the whole result. */
function offsetOf(position: string | undefined): number {
  if (position === undefined) return 0;
  if (!/^\d{1,9}$/.test(position)) throw new AppError('InvalidRequest', 'the cursor belongs to another list; start again without one', { errors: [{ path: 'cursor', message: 'belongs to another list' }] });
  return Number(position);
}
