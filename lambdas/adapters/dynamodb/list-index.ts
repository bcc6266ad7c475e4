import { createHash } from 'node:crypto';
import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Page, PageRequest } from '../../ports.ts';
import { parseRow } from './parse-row.ts';

/** A merchant's lists are spread over this many partitions, so that no merchant makes a hot one. Changing it loses rows from the lists. */
const shards = 4;

/** Rows that one call reads at most before it answers a shorter page, which happens only where a filter passes few of very many. */
const readLimit = 4000;

/** The attributes that put a row into its merchant's list. */
export function listAttributes(row: { readonly merchantId: string; readonly id: string; readonly createdAt: string }): { listKey: string; listSort: string } {
  const shard = createHash('sha256').update(row.id).digest().readUInt8() % shards;
  return { listKey: `${row.merchantId}#${shard}`, listSort: `${new Date(row.createdAt).toISOString()}#${row.id}` };
}

/** The attribute that puts a row into the list of the user or connection it belongs to; goes with `listSort`. */
export function parentKey(merchantId: string, parentId: string): string {
  return `${merchantId}#${parentId}`;
}

/** A list of everything a merchant has, or of what belongs to one parent. */
export type ListScope = { readonly merchantId: string; readonly parentId?: string | undefined };

export interface ListRequest<T> {
  readonly table: string;
  readonly scope: ListScope;
  readonly parse: (row: unknown) => T;
  /** Which of the rows belong to the list; all when left out. */
  readonly keep?: (item: T) => boolean;
  /** Rows created before this time are not read at all. */
  readonly from?: string | undefined;
}

/**
 * Reads one page, newest first. A page is short only at the end of the list, or once 4,000 rows were read for it; a position always leads on.
 * Indexes lag: what was written a moment ago may be missing.
 * @param page `position` is the sort key of the last row that a former page went past
 */
export async function readList<T>(db: DynamoDBDocumentClient, request: ListRequest<T>, page: PageRequest): Promise<Page<T>> {
  const partitions = partitionsOf(request.scope).map((partition) => new Partition(db, request, partition, page.position));
  const items: T[] = [];
  let last: string | undefined;
  let batch = firstBatch(page.limit, partitions.length);
  for (let read = 0; ; ) {
    if (partitions.some((partition) => partition.isDrained())) {
      if (read >= readLimit) return { items, position: last };
      const counts = await Promise.all(partitions.map((partition) => partition.fill(batch)));
      read += counts.reduce((sum, count) => sum + count, 0);
      // Only a filter, or an uneven hash, makes a second round necessary: then more at a time.
      batch = Math.max(batch, Math.min(batch * 2, 250));
      continue;
    }
    const newest = takeNewest(partitions);
    if (newest === undefined) return { items, position: undefined };
    const item = request.parse(newest.row);
    if (request.keep?.(item) ?? true) {
      // Only another match proves that there is a next page.
      if (items.length === page.limit) return { items, position: last };
      items.push(item);
    }
    last = newest.sort;
  }
}

function partitionsOf(scope: ListScope): PartitionName[] {
  if (scope.parentId !== undefined) return [{ index: 'parent', attribute: 'parentKey', key: parentKey(scope.merchantId, scope.parentId) }];
  return Array.from({ length: shards }, (_, shard) => ({ index: 'list', attribute: 'listKey', key: `${scope.merchantId}#${shard}` }));
}

/** Enough for a page and the row after it, with some room because a hash never shares out evenly. */
function firstBatch(limit: number, partitionCount: number): number {
  return Math.ceil((limit + 1) / partitionCount) + (partitionCount > 1 ? 6 : 0);
}

function takeNewest(partitions: Partition[]): SortedRow | undefined {
  const heads = partitions.flatMap((partition) => partition.head() ?? []);
  const newest = heads.reduce<SortedRow | undefined>((best, head) => (best === undefined || head.sort > best.sort ? head : best), undefined);
  if (newest !== undefined) partitions.find((partition) => partition.head() === newest)?.take();
  return newest;
}

interface PartitionName {
  readonly index: 'list' | 'parent';
  readonly attribute: 'listKey' | 'parentKey';
  readonly key: string;
}

interface SortedRow {
  readonly sort: string;
  readonly row: unknown;
}

const sortedRow = z.object({ listSort: z.string() });

/** One partition of the index, read from the newest row on, a batch at a time. */
class Partition {
  readonly #db: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #name: PartitionName;
  readonly #from: string | undefined;
  readonly #position: string | undefined;
  #buffer: SortedRow[] = [];
  #next: Record<string, unknown> | undefined;
  #ended = false;

  constructor(db: DynamoDBDocumentClient, request: { readonly table: string; readonly from?: string | undefined }, name: PartitionName, position: string | undefined) {
    this.#db = db;
    this.#table = request.table;
    this.#name = name;
    this.#from = request.from === undefined ? undefined : new Date(request.from).toISOString();
    this.#position = position;
    this.#ended = this.#from !== undefined && position !== undefined && position < this.#from;
  }

  head(): SortedRow | undefined {
    return this.#buffer[0];
  }

  take(): void {
    this.#buffer.shift();
  }

  /** Whether the next row of this partition, if any, has still to be read. */
  isDrained(): boolean {
    return this.#buffer.length === 0 && !this.#ended;
  }

  /** Reads on unless most of a batch is still there. Answers how many rows it read. */
  async fill(batch: number): Promise<number> {
    if (this.#ended || this.#buffer.length > batch / 2) return 0;
    const { Items = [], LastEvaluatedKey } = await this.#db.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: this.#name.index,
        KeyConditionExpression: `#key = :key${this.#range()}`,
        ExpressionAttributeNames: { '#key': this.#name.attribute, ...(this.#range() === '' ? {} : { '#sort': 'listSort' }) },
        ExpressionAttributeValues: { ':key': this.#name.key, ':from': this.#from, ':position': this.#position },
        ScanIndexForward: false,
        Limit: batch,
        ExclusiveStartKey: this.#next,
      }),
    );
    const rows = Items.map((row) => ({ sort: parseRow(this.#table, sortedRow, row).listSort, row }));
    // BETWEEN includes both ends, and the row at the position was answered before.
    this.#buffer.push(...rows.filter(({ sort }) => sort !== this.#position));
    this.#next = LastEvaluatedKey;
    this.#ended = LastEvaluatedKey === undefined;
    return Items.length;
  }

  #range(): string {
    if (this.#from !== undefined && this.#position !== undefined) return ' AND #sort BETWEEN :from AND :position';
    if (this.#from !== undefined) return ' AND #sort >= :from';
    return this.#position === undefined ? '' : ' AND #sort < :position';
  }
}
