import { createHash, randomUUID } from 'node:crypto';
import { GetCommand, paginateQuery, PutCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { connection, type Connection, type ConnectionStatus } from '../../domain/connection.ts';
import type { ConnectionFilter, ConnectionRepository, Page, PageRequest } from '../../ports.ts';
import { conditional, type Conditional } from './conditional.ts';
import { listAttributes, parentKey, readList } from './list-index.ts';
import { parseRow } from './parse-row.ts';
import { rotated } from './rotated.ts';
import { connectionKey } from './row-keys.ts';

type Saved = Awaited<ReturnType<ConnectionRepository['save']>>;

export class DynamoConnectionRepository implements ConnectionRepository {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;
  readonly #newGeneration: () => string;

  constructor(table: string, db: DynamoDBDocumentClient, newGeneration: () => string = randomUUID) {
    this.#table = table;
    this.#db = db;
    this.#newGeneration = newGeneration;
  }

  async save(fresh: Omit<Connection, 'generation'>): Promise<Saved> {
    const created = { ...fresh, generation: this.#newGeneration() };
    const put = await this.#insert(created);
    if (put.written) return { outcome: 'created', connection: created };
    // The SDK repeats a write whose reply was lost, and then meets its own row.
    if (parseRow(this.#table, generationRow, put.refusal.row).generation === created.generation) return { outcome: 'created', connection: created };
    const renewed = await this.#update(fresh, 'userId = :userId', { ':userId': fresh.userId });
    if (renewed.written) return { outcome: 'renewed', connection: parseRow(this.#table, connection, renewed.output.Attributes) };
    // Removed between the two writes: then it is a new one after all.
    return renewed.refusal.row === undefined ? this.save(fresh) : { outcome: 'conflict' };
  }

  async renew(read: Connection): Promise<Connection | undefined> {
    const renewed = await this.#update(read, 'generation = :generation AND (attribute_not_exists(markedAt) OR markedAt <= :readAt)', { ':generation': read.generation, ':readAt': savedAt(read) });
    if (renewed.written) return parseRow(this.#table, connection, renewed.output.Attributes);
    const stored = renewed.refusal.row && parseRow(this.#table, connection, renewed.refusal.row);
    return stored?.generation === read.generation ? stored : undefined;
  }

  async find(merchantId: string, connectionId: string): Promise<Connection | undefined> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: connectionKey(merchantId, connectionId), ConsistentRead: true }));
    return Item && parseRow(this.#table, connection, Item);
  }

  list(merchantId: string, filter: ConnectionFilter, page: PageRequest): Promise<Page<Connection>> {
    return readList(
      this.#db,
      {
        table: this.#table,
        scope: { merchantId, parentId: filter.userId },
        parse: (row) => parseRow(this.#table, connection, row),
        ...(filter.status === undefined && filter.expiresBefore === undefined ? {} : { keep: (one: Connection) => fits(one, filter) }),
      },
      page,
    );
  }

  async *listExpiring({ from, to }: { readonly from: Date; readonly to: Date }) {
    for (const key of rotated(expiringKeys(), Math.floor(from.getTime() / 3_600_000))) {
      const query = {
        TableName: this.#table,
        IndexName: 'expiring',
        KeyConditionExpression: 'expiringKey = :key AND expiringSort BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':key': key, ':from': from.toISOString(), ':to': to.toISOString() },
      };
      for await (const { Items = [] } of paginateQuery({ client: this.#db }, query)) {
        yield* Items.map((item) => parseRow(this.#table, expiringRow, item)).map(({ merchantId, id }) => ({ merchantId, connectionId: id }));
      }
    }
  }

  async mark(merchantId: string, connectionId: string, status: ConnectionStatus, readAt: Date, isReading = false): Promise<void> {
    // Refused: gone, saved since, or revoked, which says more than that the bank asks for the person. Then what was read is no news.
    await conditional(
      this.#db.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: connectionKey(merchantId, connectionId),
          UpdateExpression: `SET #status = :status, markedAt = :readAt${isReading ? ', checkedAt = :readAt' : ''}`,
          ConditionExpression: 'savedAt <= :readAt AND #status <> :revoked',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': status, ':revoked': 'revoked', ':readAt': readAt.toISOString() },
        }),
      ),
    );
  }

  #insert(fresh: Connection): Promise<Conditional<unknown>> {
    return conditional(
      this.#db.send(
        new PutCommand({
          TableName: this.#table,
          Item: {
            ...connectionKey(fresh.merchantId, fresh.id),
            ...listAttributes(fresh),
            parentKey: parentKey(fresh.merchantId, fresh.userId),
            savedAt: savedAt(fresh),
            ...fresh,
            ...expiringAttributes(fresh),
          },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
  }

  #update(fresh: Omit<Connection, 'generation'>, condition: string, values: Readonly<Record<string, string>>) {
    const expiring = expiringAttributes(fresh);
    return conditional(
      this.#db.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: connectionKey(fresh.merchantId, fresh.id),
          UpdateExpression: `SET #status = :status, upstreamStatus = :upstreamStatus, institution = :institution, account = :account, canFetchBalance = :canFetchBalance, expiresAt = :expiresAt, checkedAt = :checkedAt, savedAt = :savedAt${
            expiring === undefined ? ' REMOVE expiringKey, expiringSort' : ', expiringKey = :expiringKey, expiringSort = :expiringSort'
          }`,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ...values,
            ':status': fresh.status,
            ':upstreamStatus': fresh.upstreamStatus,
            ':institution': fresh.institution,
            ':account': fresh.account,
            ':canFetchBalance': fresh.canFetchBalance,
            ':expiresAt': fresh.expiresAt,
            ...(expiring !== undefined && { ':expiringKey': expiring.expiringKey, ':expiringSort': expiring.expiringSort }),
            ':checkedAt': fresh.checkedAt,
            ':savedAt': savedAt(fresh),
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
  }
}

const expiringShards = 4;
/** No more of a connection than tells one linking from another. */
const generationRow = connection.pick({ generation: true });

/** No more of a connection than names it, so that a row that does not fit its schema keeps no other from being read. */
const expiringRow = connection.pick({ merchantId: true, id: true });

/** Keys of the sparse index of connections that expire, spread so that no partition is hot. */
function expiringKeys(): string[] {
  return Array.from({ length: expiringShards }, (_, shard) => `EXPIRING#${shard}`);
}

function expiringAttributes({ id, expiresAt }: Pick<Connection, 'id' | 'expiresAt'>): { readonly expiringKey: string; readonly expiringSort: string } | undefined {
  if (expiresAt === null) return undefined;
  const shard = createHash('sha256').update(id).digest().readUInt8() % expiringShards;
  return { expiringKey: `EXPIRING#${shard}`, expiringSort: `${new Date(expiresAt).toISOString()}#${id}` };
}

/** When what is saved was true: `createdAt` is this save's own time where upstream could not be read, `checkedAt` where it was. */
function savedAt({ createdAt, checkedAt }: Pick<Connection, 'createdAt' | 'checkedAt'>): string {
  return new Date(Math.max(Date.parse(createdAt), checkedAt === null ? 0 : Date.parse(checkedAt))).toISOString();
}

function fits(one: Connection, { status, expiresBefore }: ConnectionFilter): boolean {
  if (status !== undefined && one.status !== status) return false;
  return expiresBefore === undefined || (one.expiresAt !== null && Date.parse(one.expiresAt) < Date.parse(expiresBefore));
}
