import { DeleteCommand, GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isOver, type Job } from '../../domain/job.ts';
import type { UpstreamOrphan, UpstreamOrphans } from '../../ports.ts';
import { conditional, transact } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import { jobKey, parseJob, refOf, upstreamKey, upstreamRowLifetimeMs } from './job-rows.ts';
import { timelineLine, working } from './job-update.ts';
import { orphanKey, orphanRow } from './orphan-rows.ts';
import { parseRow } from './parse-row.ts';

export class DynamoUpstreamOrphans implements UpstreamOrphans {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;

  constructor(table: string, db: DynamoDBDocumentClient) {
    this.#table = table;
    this.#db = db;
  }

  async find(job: Job, now: Date): Promise<UpstreamOrphan | undefined> {
    const { Item } = await this.#db.send(new GetCommand({ TableName: this.#table, Key: orphanKey(job), ConsistentRead: true }));
    const orphan = Item && parseRow(this.#table, orphanRow, Item);
    return orphan === undefined || orphan.ttl <= now.getTime() / 1000 ? undefined : orphan;
  }

  /** The job, the row on which webhooks find it and the orphan's own row change together. */
  async take(job: Job, orphan: UpstreamOrphan, now: Date): ReturnType<UpstreamOrphans['take']> {
    const line = timelineLine('adopted', now);
    const result = await transact(this.#db, [
      {
        Update: {
          TableName: this.#table,
          Key: jobKey(refOf(job)),
          UpdateExpression: `SET upstreamJobId = :id, attempts = attempts - :one, updatedAt = :now, ${line.expression}`,
          ConditionExpression: `${working.expression} AND intent.attempt = :attempt AND attribute_type(upstreamJobId, :null)`,
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ...working.values, ...line.values, ':id': orphan.upstreamJobId, ':one': 1, ':attempt': job.intent?.attempt ?? 0, ':null': 'NULL', ':now': now.toISOString(),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        Update: {
          TableName: this.#table,
          Key: upstreamKey(job.merchantId, orphan.upstreamJobId),
          UpdateExpression: 'SET jobId = :job, #ttl = :ttl',
          ConditionExpression: 'attribute_not_exists(jobId) OR jobId = :canceled',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':job': job.id, ':canceled': orphan.jobId, ':ttl': ttlOf(new Date(now.getTime() + upstreamRowLifetimeMs)) },
        },
      },
      { Delete: { TableName: this.#table, Key: orphanKey(job) } },
    ]);
    if (result.written) return 'taken';
    const [ofJob] = result.refusals;
    if (ofJob === undefined) return 'gone';
    const stored = ofJob.row && parseJob(this.#table, ofJob.row);
    // Another invocation for the same state was faster, or the reply of this very write was late.
    return stored === undefined || isOver(stored.status) || stored.upstreamJobId === null ? 'over' : 'taken';
  }

  async forget(job: Job, { upstreamJobId }: UpstreamOrphan): Promise<void> {
    await conditional(
      this.#db.send(
        new DeleteCommand({
          TableName: this.#table,
          Key: orphanKey(job),
          ConditionExpression: 'upstreamJobId = :id',
          ExpressionAttributeValues: { ':id': upstreamJobId },
        }),
      ),
    );
  }
}
