import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isOver, type Job, type JobRef } from '../../domain/job.ts';
import type { JobEnd } from '../../ports.ts';
import { transact, type TransactItem } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import { readJob } from './job-claims.ts';
import { claimKey, jobKey, lostCreateKey, lostCreateLifetimeMs } from './job-rows.ts';
import { mayBecome, timelineLine, type Update } from './job-update.ts';
import { leaveOrphan, mayRunUpstream } from './orphan-rows.ts';
import { RowsBusy } from './retry-conflicts.ts';

/** How often a job may move on between being read and being ended. Only its machine and a few signals move it. */
const attempts = 10;

/** A completed job says until when its result is kept. */
export type AnyJobEnd = JobEnd | { readonly status: 'completed'; readonly resultExpiresAt: string };

/**
 * Ends a job and frees its claim in one transaction, so that no crash leaves a connection blocked by a job that is over.
 * What upstream still runs of a canceled job is noted in the same transaction, for the next job like it; so is a create that nobody knows the
 * end of, so that no job of other dates takes its data.
 * @param beside one more write of the transaction, which is left out when its own condition refuses it
 * @returns the job as it ended, with the token it waited under at that moment, so that its execution can be told; undefined when it was over before
 */
export async function endJob(db: DynamoDBDocumentClient, table: string, ref: JobRef, end: AnyJobEnd, now: Date, beside?: (job: Job) => TransactItem): Promise<Job | undefined> {
  let [hasClaim, hasBeside] = [true, beside !== undefined];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const job = await readJob(db, table, ref);
    if (job === undefined || isOver(job.status)) return undefined;
    const writes = [
      { name: 'job', item: { Update: endUpdate(table, job, end, now) } },
      ...(hasClaim ? [{ name: 'claim', item: freeClaim(table, job) }] : []),
      ...(hasBeside && beside !== undefined ? [{ name: 'beside', item: beside(job) }] : []),
      ...(isCreateLost(job) ? [{ name: 'lost', item: { Put: leaveLostCreate(table, job, job.intent.at, now) } }] : []),
      ...(end.status === 'canceled' && mayRunUpstream(job) ? [{ name: 'orphan', item: { Put: leaveOrphan(table, job, job.upstreamJobId, now) } }] : []),
    ];
    const result = await transact(db, writes.map(({ item }) => item));
    if (result.written) return ended(job, end, now);
    const refused = writes.filter((_write, index) => result.refusals[index] !== undefined).map(({ name }) => name);
    // The claim has passed on to another job, or another result is newer: neither keeps this job from ending.
    if (refused.includes('claim')) hasClaim = false;
    if (refused.includes('beside')) hasBeside = false;
  }
  throw new RowsBusy();
}

/** Upstream may run it without anybody knowing its id, unless it has refused it with a code: a reply that cannot be read says nothing. Jobs of the other types have no dates that could be mixed up. */
function isCreateLost(job: Job): job is Job & { readonly intent: NonNullable<Job['intent']> } {
  return job.type === 'transactions' && job.intent !== null && job.upstreamJobId === null && !isRefused(job);
}

function isRefused({ failure }: Job): boolean {
  return failure !== null && (failure.code !== 'UpstreamRejected' || failure.upstreamCode !== null);
}

function leaveLostCreate(table: string, job: Job, intentAt: string, now: Date) {
  return { TableName: table, Item: { ...lostCreateKey(job), startDate: job.startDate, endDate: job.endDate, intentAt, ttl: ttlOf(new Date(now.getTime() + lostCreateLifetimeMs)) } };
}

function freeClaim(table: string, job: Job): TransactItem {
  return {
    Delete: {
      TableName: table,
      Key: claimKey(job),
      ConditionExpression: 'attribute_not_exists(pk) OR jobId = :job',
      ExpressionAttributeValues: { ':job': job.id },
    },
  };
}

/** Refused when the job has begun another wait since it was read, or sent its create, or become known upstream: then its token is another one, or it leaves something behind. */
function endUpdate(table: string, job: Job, end: AnyJobEnd, now: Date): Update {
  const from = mayBecome(end.status);
  const line = timelineLine(end.status, now);
  return {
    TableName: table,
    Key: jobKey({ merchantId: job.merchantId, jobId: job.id }),
    UpdateExpression: `SET #status = :status, failure = :failure, completedAt = :now, updatedAt = :now, resultExpiresAt = :expires, ${line.expression} REMOVE openKey, openSort`,
    ConditionExpression: `${from.expression} AND ${isStill('waitToken', ':token', job.waitToken)} AND ${isStill('upstreamJobId', ':upstream', job.upstreamJobId)} AND ${isStill('intent.holder', ':holder', job.intent?.holder ?? null, 'intent')}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ...from.values,
      ...line.values,
      ':status': end.status,
      ':failure': failureOf(end),
      ':expires': expiryOf(end),
      ':token': job.waitToken ?? 'NULL',
      ':upstream': job.upstreamJobId ?? 'NULL',
      ':holder': job.intent?.holder ?? 'NULL',
      ':now': now.toISOString(),
    },
  };
}

/** @param whole what is null where the attribute is not there */
function isStill(attribute: string, value: string, read: string | null, whole = attribute): string {
  return read === null ? `attribute_type(${whole}, ${value})` : `${attribute} = ${value}`;
}

function ended(job: Job, end: AnyJobEnd, now: Date): Job {
  return { ...job, status: end.status, failure: failureOf(end), resultExpiresAt: expiryOf(end), completedAt: now.toISOString(), updatedAt: now.toISOString() };
}

function failureOf(end: AnyJobEnd): Job['failure'] {
  return 'failure' in end ? end.failure : null;
}

function expiryOf(end: AnyJobEnd): Job['resultExpiresAt'] {
  return 'resultExpiresAt' in end ? end.resultExpiresAt : null;
}
