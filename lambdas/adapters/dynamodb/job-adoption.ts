import { paginateQuery, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Job, JobType } from '../../domain/job.ts';
import { transact } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import { runningJobs } from './job-claims.ts';
import { jobKey, lostCreatePrefix, lostCreateRow, refOf, strayKey, strayLifetimeMs, strayPrefix, strayRow, upstreamKey } from './job-rows.ts';
import { timelineLine, working } from './job-update.ts';
import { parseRow } from './parse-row.ts';

/** An upstream job that a delivery named and that is no job's yet. */
export interface Stray {
  readonly merchantId: string;
  readonly connectionId: string;
  readonly type: JobType;
  readonly upstreamJobId: string;
  /** When upstream first spoke of it, as far as was heard. */
  readonly sentAt: Date;
}

/** Leaves the stray beside the claims of its connection, for a create that is not known to be unclear yet. */
export async function leaveStray(db: DynamoDBDocumentClient, table: string, stray: Stray, now: Date): Promise<void> {
  const { merchantId, connectionId, type, upstreamJobId, sentAt } = stray;
  const ttl = ttlOf(new Date(now.getTime() + strayLifetimeMs));
  await db.send(new PutCommand({ TableName: table, Item: { ...strayKey(merchantId, connectionId, type, upstreamJobId), upstreamJobId, sentAt: sentAt.toISOString(), ttl } }));
}

/** The strays of a job's connection and type. */
export async function straysBeside(db: DynamoDBDocumentClient, table: string, { merchantId, connectionId, type }: Job): Promise<Stray[]> {
  const query = {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': `${merchantId}#${connectionId}`, ':prefix': strayPrefix(type) },
  };
  const strays: Stray[] = [];
  for await (const { Items = [] } of paginateQuery({ client: db }, query)) {
    for (const { upstreamJobId, sentAt } of Items.map((item) => parseRow(table, strayRow, item))) strays.push({ merchantId, connectionId, type, upstreamJobId, sentAt: new Date(sentAt) });
  }
  return strays;
}

/**
 * Gives a stray to the one job whose create is unclear, if no other job of other dates can have started it, running or over: none may get
 * another's data. Both rows are written at once, so that they never disagree about whose it is.
 * @returns the job that it belongs to from now on
 */
export async function adoptStray(db: DynamoDBDocumentClient, table: string, stray: Stray, now: Date): Promise<string | undefined> {
  const jobs = await runningJobs(db, table, stray, stray.type);
  // A create writes the id on its job before it binds it.
  if (jobs.some((job) => job.upstreamJobId === stray.upstreamJobId)) return undefined;
  const [job, ...others] = jobs.filter((one) => mayHaveStarted(one, stray));
  if (job?.intent?.unclear !== true || others.length > 0) return undefined;
  // Read after the running ones: who ended in between stands here.
  if (await mayBeOfLostCreate(db, table, stray, job, now)) return undefined;
  const line = timelineLine('adopted', now);
  const { written } = await transact(db, [
    {
      Update: {
        TableName: table,
        Key: jobKey(refOf(job)),
        UpdateExpression: `SET upstreamJobId = :id, updatedAt = :now, ${line.expression}`,
        ConditionExpression: `${working.expression} AND intent.unclear = :yes AND intent.attempt = :attempt AND attribute_type(upstreamJobId, :null)`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ...working.values, ...line.values, ':id': stray.upstreamJobId, ':yes': true, ':attempt': job.intent.attempt, ':null': 'NULL', ':now': now.toISOString(),
        },
      },
    },
    {
      Update: {
        TableName: table,
        Key: upstreamKey(stray.merchantId, stray.upstreamJobId),
        UpdateExpression: 'SET jobId = :job',
        ConditionExpression: 'attribute_not_exists(jobId)',
        ExpressionAttributeValues: { ':job': job.id },
      },
    },
  ]);
  return written ? job.id : undefined;
}

/** A create that is on its way, or unclear, and was sent before upstream first spoke of the stray. */
function mayHaveStarted({ intent, upstreamJobId }: Job, stray: Stray): boolean {
  return intent !== null && upstreamJobId === null && isSentBefore(intent.at, stray);
}

/** Whether a job of other dates that is over may have started it. */
async function mayBeOfLostCreate(db: DynamoDBDocumentClient, table: string, stray: Stray, { startDate, endDate }: Job, now: Date): Promise<boolean> {
  if (stray.type !== 'transactions') return false;
  const query = {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': `${stray.merchantId}#${stray.connectionId}`, ':prefix': lostCreatePrefix(stray.type) },
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, query)) {
    const lost = Items.map((item) => parseRow(table, lostCreateRow, item));
    if (lost.some((one) => one.ttl > now.getTime() / 1000 && isSentBefore(one.intentAt, stray) && (one.startDate !== startDate || one.endDate !== endDate))) return true;
  }
  return false;
}

/** Upstream tells times in whole seconds. */
function isSentBefore(intentAt: string, { sentAt }: Stray): boolean {
  return Math.floor(Date.parse(intentAt) / 1000) * 1000 <= sentAt.getTime();
}
