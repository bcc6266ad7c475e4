import { DeleteCommand, GetCommand, UpdateCommand, type DynamoDBDocumentClient, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../../domain/errors.ts';
import { triesPerCode, user, type User, type Verification } from '../../domain/user.ts';
import type { Page, PageRequest, PersonClaim, UpstreamPerson, UserChanges, UserRepository } from '../../ports.ts';
import { conditional, transact, type Row, type TransactItem } from './conditional.ts';
import { listAttributes, readList } from './list-index.ts';
import { parseRow } from './parse-row.ts';
import { RowsBusy } from './retry-conflicts.ts';
import { userKey, type RowKey } from './row-keys.ts';
import { claimKeys, externalClaimKey, judgeRead, judgeRefusal, leaseWrite, ownerOf, ownWrite, type KeyHash } from './user-claims.ts';

export class DynamoUserRepository implements UserRepository {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;
  readonly #hash: KeyHash;

  constructor(table: string, db: DynamoDBDocumentClient, hash: KeyHash) {
    this.#table = table;
    this.#db = db;
    this.#hash = hash;
  }

  async claim(claim: PersonClaim, now: Date, leaseMs: number): Promise<'claimed' | 'held' | 'conflict' | { readonly stored: User }> {
    const keys = await claimKeys(this.#hash, claim);
    // A read first, because a thousand waiting creates that each tried a transaction would only keep the rows busy.
    const rows = await Promise.all(keys.map((key) => this.#readRow(key)));
    const answer = judgeRead(this.#table, rows, claim.userId, now) ?? (await this.#lease(keys, claim.userId, now, leaseMs));
    if (typeof answer === 'string') return answer;
    const stored = await this.find(claim.merchantId, answer.storedUserId);
    // Removed since: its claims are gone with it, and the next try gets them.
    return stored === undefined ? 'held' : { stored };
  }

  async #lease(keys: RowKey[], userId: string, now: Date, leaseMs: number): Promise<ReturnType<typeof judgeRefusal>> {
    try {
      const leased = await transact(this.#db, keys.map((key) => leaseWrite(this.#table, key, userId, now, leaseMs)));
      return leased.written ? 'claimed' : judgeRefusal(this.#table, leased.refusals, userId);
    } catch (error) {
      if (error instanceof RowsBusy) return 'held'; // by whoever keeps them busy
      throw error;
    }
  }

  async release(claim: PersonClaim): Promise<void> {
    const keys = await claimKeys(this.#hash, claim);
    // One by one: where one claim was taken over after its lease, the other still has to go.
    await Promise.all(
      keys.map((key) =>
        conditional(
          this.#db.send(
            new DeleteCommand({
              TableName: this.#table,
              Key: key,
              ConditionExpression: 'userId = :userId AND attribute_exists(leaseUntil)',
              ExpressionAttributeValues: { ':userId': claim.userId },
            }),
          ),
        ),
      ),
    );
  }

  /** @throws AppError IdempotencyInProgress when the lease ran out and another create has the claim: a repeat finds what that one stores */
  async store(person: User): Promise<void> {
    const keys = await claimKeys(this.#hash, person);
    const row = { ...userKey(person.merchantId, person.id), ...listAttributes(person), ...person };
    const stored = await transact(this.#db, [
      { Put: { TableName: this.#table, Item: row, ConditionExpression: 'attribute_not_exists(pk)' } },
      ...keys.map((key) => ownWrite(this.#table, key, person.id)),
    ]);
    // A user's id is drawn for one create, so a row that stands there already is what a lost reply left.
    if (stored.written || stored.refusals[0] !== undefined) return;
    throw new AppError('IdempotencyInProgress', 'another request for the same person has overtaken this one; send it again', { retryAfterSeconds: 1 });
  }

  async find(merchantId: string, userId: string): Promise<User | undefined> {
    const row = await this.#readRow(userKey(merchantId, userId));
    return row && parseRow(this.#table, user, row);
  }

  async findByExternalId(merchantId: string, externalId: string): Promise<User | undefined> {
    const key = await externalClaimKey(this.#hash, merchantId, externalId);
    const row = await this.#readRow(key);
    const owner = row && ownerOf(this.#table, row);
    return owner === undefined ? undefined : this.find(merchantId, owner);
  }

  list(merchantId: string, page: PageRequest): Promise<Page<User>> {
    return readList(this.#db, { table: this.#table, scope: { merchantId }, parse: (row) => parseRow(this.#table, user, row) }, page);
  }

  confirm(merchantId: string, userId: string, aeroPassUserUuid: string | null): Promise<User> {
    const known = aeroPassUserUuid !== null;
    return this.#update(merchantId, userId, `SET #status = :status, verification = :none${known ? ', aeroPassUserUuid = :uuid' : ''}`, {
      ':status': 'active',
      ':none': null,
      ...(known && { ':uuid': aeroPassUserUuid }),
    });
  }

  async reserveTry(merchantId: string, userId: string, sentAt: string, triedAt: Date): Promise<User | undefined> {
    const reserved = await this.#addTries(merchantId, userId, sentAt, 1, triedAt);
    return reserved ? this.find(merchantId, userId) : undefined;
  }

  async returnTry(merchantId: string, userId: string, sentAt: string): Promise<void> {
    await this.#addTries(merchantId, userId, sentAt, -1);
  }

  /** A code that was replaced meanwhile is not counted against the new one. */
  async #addTries(merchantId: string, userId: string, sentAt: string, count: 1 | -1, triedAt?: Date): Promise<boolean> {
    // A transaction of one, for its ClientRequestToken: a plain update whose reply is lost would be repeated and count twice.
    const counted = await transact(this.#db, [
      {
        Update: {
          TableName: this.#table,
          Key: userKey(merchantId, userId),
          UpdateExpression: `SET verification.wrongTries = verification.wrongTries + :count${triedAt === undefined ? '' : ', verification.triedAt = if_not_exists(verification.triedAt, :triedAt)'}`,
          ConditionExpression: 'verification.sentAt = :sentAt AND verification.wrongTries BETWEEN :least AND :most',
          ExpressionAttributeValues: { ':count': count, ':sentAt': sentAt, ':least': count === 1 ? 0 : 1, ':most': count === 1 ? triesPerCode - 1 : triesPerCode, ...(triedAt !== undefined && { ':triedAt': triedAt.toISOString() }) },
        },
      },
    ]);
    return counted.written;
  }

  async settleTry(merchantId: string, userId: string, sentAt: string, triedAt: Date): Promise<void> {
    await this.#note(merchantId, userId, {
      UpdateExpression: 'REMOVE verification.triedAt',
      ConditionExpression: 'verification.sentAt = :sentAt AND verification.triedAt = :triedAt',
      ExpressionAttributeValues: { ':sentAt': sentAt, ':triedAt': triedAt.toISOString() },
    });
  }

  async markUnclear(merchantId: string, userId: string, sentAt: string): Promise<void> {
    await this.#note(merchantId, userId, {
      UpdateExpression: 'SET verification.unclear = :yes',
      ConditionExpression: 'verification.sentAt = :sentAt',
      ExpressionAttributeValues: { ':yes': true, ':sentAt': sentAt },
    });
  }

  /** Of no effect once the person has another code, or none. */
  async #note(merchantId: string, userId: string, note: Pick<UpdateCommandInput, 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'>): Promise<void> {
    await conditional(this.#db.send(new UpdateCommand({ TableName: this.#table, Key: userKey(merchantId, userId), ...note })));
  }

  renewUpstreamId(merchantId: string, userId: string, { upstreamUserId, aeroPassUserUuid }: UpstreamPerson): Promise<User> {
    return this.#update(merchantId, userId, 'SET upstreamUserId = :upstream, aeroPassUserUuid = :uuid', { ':upstream': upstreamUserId, ':uuid': aeroPassUserUuid });
  }

  requireVerification(merchantId: string, userId: string, verification: Verification | null): Promise<User> {
    return this.#update(merchantId, userId, 'SET #status = :status, verification = :verification', { ':status': 'verification_required', ':verification': verification });
  }

  async reserveCode(person: User, codesSentAt: readonly string[]): Promise<boolean> {
    // A transaction of one, for its ClientRequestToken: a plain update whose reply is lost would be repeated and refuse itself.
    const reserved = await transact(this.#db, [
      {
        Update: {
          TableName: this.#table,
          Key: userKey(person.merchantId, person.id),
          UpdateExpression: 'SET codesSentAt = :next',
          // A row from before codes were counted has no list.
          ConditionExpression: `attribute_exists(pk) AND #status <> :active AND (codesSentAt = :seen${person.codesSentAt.length === 0 ? ' OR attribute_not_exists(codesSentAt)' : ''})`,
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':next': codesSentAt, ':seen': person.codesSentAt, ':active': 'active' },
        },
      },
    ]);
    return reserved.written;
  }

  async change(merchantId: string, userId: string, changes: UserChanges): Promise<{ readonly user: User } | 'conflict'> {
    const stored = await this.find(merchantId, userId);
    if (stored === undefined) throw unknownUser();
    const wanted = Object.entries(changes);
    if (wanted.length === 0) return { user: stored };
    const moved = changes.externalId !== undefined && changes.externalId !== stored.externalId ? await this.#moveClaim(stored, changes.externalId) : [];
    const changed = await transact(this.#db, [
      {
        Update: {
          TableName: this.#table,
          Key: userKey(merchantId, userId),
          UpdateExpression: `SET ${wanted.map(([name]) => `${name} = :${name}`).join(', ')}`,
          ConditionExpression: 'externalId = :seen',
          ExpressionAttributeValues: { ...Object.fromEntries(wanted.map(([name, value]) => [`:${name}`, value])), ':seen': stored.externalId },
        },
      },
      ...moved,
    ]);
    if (changed.written) return { user: { ...stored, ...Object.fromEntries(wanted) } };
    if (changed.refusals[1] !== undefined) return 'conflict';
    // Another change moved the external id in between: look at the person again.
    return this.change(merchantId, userId, changes);
  }

  async #moveClaim(person: User, externalId: string): Promise<TransactItem[]> {
    const from = await externalClaimKey(this.#hash, person.merchantId, person.externalId);
    const to = await externalClaimKey(this.#hash, person.merchantId, externalId);
    return [
      { Put: { TableName: this.#table, Item: { ...to, userId: person.id }, ConditionExpression: 'attribute_not_exists(pk) OR userId = :user', ExpressionAttributeValues: { ':user': person.id } } },
      { Delete: { TableName: this.#table, Key: from } },
    ];
  }

  async #readRow(key: RowKey): Promise<Row | undefined> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true }));
    return Item;
  }

  async #update(merchantId: string, userId: string, expression: string, values: Record<string, unknown>): Promise<User> {
    const updated = await conditional(
      this.#db.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: userKey(merchantId, userId),
          UpdateExpression: expression,
          ConditionExpression: 'attribute_exists(pk)',
          ...(expression.includes('#status') && { ExpressionAttributeNames: { '#status': 'status' } }),
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    if (!updated.written) throw unknownUser();
    return parseRow(this.#table, user, updated.output.Attributes);
  }
}

function unknownUser(): AppError {
  return new AppError('NotFound', 'no such user at this merchant; list users to see the ids');
}
