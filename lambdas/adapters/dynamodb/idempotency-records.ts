import { createHash } from 'node:crypto';
import { DeleteCommand, PutCommand, UpdateCommand, type DynamoDBDocumentClient, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { IdempotencyKey, IdempotencyRecords, KeptReply } from '../../ports.ts';
import { conditional, type TransactItem } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import { parseRow } from './parse-row.ts';
import type { RowKey } from './row-keys.ts';

/** How long a key stands for its request (api.md, "Idempotency"). */
const windowMs = 24 * 3_600_000;

/** A row may have 400 KB; the rest is room for its keys, fingerprint and headers. */
const replyLimitBytes = 380_000;

const started = { holder: z.string(), fingerprint: z.string() };
const recordRow = z.discriminatedUnion('state', [
  z.object({ ...started, state: z.literal('in_progress') }),
  z.object({ ...started, state: z.literal('kept'), status: z.number().int(), headers: z.record(z.string(), z.string()), body: z.string() }),
]);

export class DynamoIdempotencyRecords implements IdempotencyRecords {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;

  constructor(table: string, db: DynamoDBDocumentClient) {
    this.#table = table;
    this.#db = db;
  }

  async begin(key: IdempotencyKey, fingerprint: string, now: Date, lockMs: number) {
    const expiresAt = new Date(now.getTime() + windowMs);
    const lockedUntil = new Date(now.getTime() + lockMs).toISOString();
    const put = await conditional(
      this.#db.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...recordKey(key), state: 'in_progress', holder: key.holder, fingerprint, lockedUntil, expiresAt: expiresAt.toISOString(), ttl: ttlOf(expiresAt) },
          // A run that died may be taken over by its own request only: what it began belongs to that one.
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now OR (#state = :inProgress AND lockedUntil <= :now AND fingerprint = :fingerprint)',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':now': now.toISOString(), ':inProgress': 'in_progress', ':fingerprint': fingerprint },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    if (put.written) return 'started';
    const record = parseRow(this.#table, recordRow, put.refusal.row);
    if (record.fingerprint !== fingerprint) return 'reused';
    if (record.state === 'kept') return { status: record.status, headers: record.headers, body: record.body };
    // The SDK repeats a write whose reply was lost: then the row in its way is its own.
    return record.holder === key.holder ? 'started' : 'in_progress';
  }

  async keep(reply: KeptReply): Promise<void> {
    // Refused: the lock ran out and another run of the same request has it. Its reply will be kept, this one is only sent.
    await conditional(this.#db.send(new UpdateCommand(keepUpdate(this.#table, reply))));
  }

  async forget(key: IdempotencyKey): Promise<void> {
    await conditional(
      this.#db.send(
        new DeleteCommand({
          TableName: this.#table,
          Key: recordKey(key),
          ConditionExpression: 'holder = :holder AND #state = :inProgress',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':holder': key.holder, ':inProgress': 'in_progress' },
        }),
      ),
    );
  }
}

/**
 * Keeps a reply inside another repository's transaction. Refused when another run holds the key meanwhile: then the whole transaction is.
 * @param table the table of the idempotency records
 * @throws AppError Internal for a reply above 380,000 bytes
 */
export function keepReplyWrite(table: string, reply: KeptReply): TransactItem {
  return { Update: keepUpdate(table, reply) };
}

function keepUpdate(table: string, reply: KeptReply) {
  const bytes = Buffer.byteLength(reply.body) + Buffer.byteLength(JSON.stringify(reply.headers));
  if (bytes > replyLimitBytes) throw new AppError('Internal', `a reply of ${bytes} bytes cannot be kept for its idempotency key; a route that takes a key must answer with less than ${replyLimitBytes}`);
  return {
    TableName: table,
    Key: recordKey(reply.key),
    UpdateExpression: 'SET #state = :kept, #status = :status, #headers = :headers, #body = :body, expiresAt = :expiresAt, #ttl = :ttl REMOVE lockedUntil',
    ConditionExpression: 'holder = :holder',
    ExpressionAttributeNames: { '#state': 'state', '#status': 'status', '#headers': 'headers', '#body': 'body', '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':holder': reply.key.holder,
      ':kept': 'kept',
      ':status': reply.status,
      ':headers': reply.headers,
      ':body': reply.body,
      ':expiresAt': reply.expiresAt.toISOString(),
      ':ttl': ttlOf(reply.expiresAt),
    },
  } satisfies UpdateCommandInput;
}

/** The name is hashed because callers choose part of it, and keys show in CloudTrail. */
function recordKey({ merchantId, name }: IdempotencyKey): RowKey {
  return { pk: `${merchantId}#${createHash('sha256').update(name).digest('hex')}`, sk: 'IDEMPOTENCY' };
}
