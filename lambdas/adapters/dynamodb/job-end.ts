import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isOver, type Job, type JobRef } from '../../domain/job.ts';
import type { JobEnd } from '../../ports.ts';
import { transact } from './conditional.ts';
import { readJob } from './job-claims.ts';
import { claimKey, jobKey } from './job-rows.ts';
import { mayBecome, timelineLine, updateIf, type Update } from './job-update.ts';

/**
 * Ends a job and frees its claim in one transaction, so that no crash leaves a connection blocked by a job that is over.
 * @returns the job as it ended, still with the token it waited under, so that its execution can be told; undefined when it was over before
 */
export async function endJob(db: DynamoDBDocumentClient, table: string, ref: JobRef, end: JobEnd, now: Date): Promise<Job | undefined> {
  const job = await readJob(db, table, ref);
  if (job === undefined || isOver(job.status)) return undefined;
  const update = endUpdate(table, ref, end, now);
  const result = await transact(db, [
    { Update: update },
    {
      Delete: {
        TableName: table,
        Key: claimKey(job),
        ConditionExpression: 'attribute_not_exists(pk) OR jobId = :job',
        ExpressionAttributeValues: { ':job': ref.jobId },
      },
    },
  ]);
  if (result.written) return ended(job, end, now);
  const [ofJob] = result.refusals;
  if (ofJob !== undefined) return undefined;
  // The claim has passed on to another job: this one has only itself to end.
  return (await updateIf(db, update)).ok ? ended(job, end, now) : undefined;
}

function endUpdate(table: string, ref: JobRef, end: JobEnd, now: Date): Update {
  const from = mayBecome(end.status);
  const line = timelineLine(end.status, now);
  return {
    TableName: table,
    Key: jobKey(ref),
    UpdateExpression: `SET #status = :status, failure = :failure, completedAt = :now, updatedAt = :now, resultExpiresAt = :expires, waitToken = :none, ${line.expression} REMOVE openKey, openSort`,
    ConditionExpression: from.expression,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ...from.values,
      ...line.values,
      ':status': end.status,
      ':failure': 'failure' in end ? end.failure : null,
      ':expires': 'resultExpiresAt' in end ? end.resultExpiresAt : null,
      ':none': null,
      ':now': now.toISOString(),
    },
  };
}

function ended(job: Job, end: JobEnd, now: Date): Job {
  return {
    ...job,
    status: end.status,
    failure: 'failure' in end ? end.failure : null,
    resultExpiresAt: 'resultExpiresAt' in end ? end.resultExpiresAt : null,
    completedAt: now.toISOString(),
    updatedAt: now.toISOString(),
  };
}
