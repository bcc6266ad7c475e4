import * as z from 'zod';
import type { Job, JobType } from '../../domain/job.ts';
import type { TransactItem } from './conditional.ts';
import { ttlOf } from './expiry.ts';
import type { RowKey } from './row-keys.ts';

/** Points to the job that brought the newest result of a kind. */
export function newestResultKey(merchantId: string, connectionId: string, type: JobType): RowKey {
  return { pk: `${merchantId}#${connectionId}`, sk: `NEWEST#${type}` };
}

export const newestResultRow = z.object({ jobId: z.string(), completedAt: z.string(), expiresAt: z.string() });

/** Refused when a job that completed later has brought a newer one. */
export function pointToNewest(table: string, job: Pick<Job, 'merchantId' | 'id' | 'connectionId' | 'type'>, completedAt: Date, expiresAt: Date): TransactItem {
  return {
    Put: {
      TableName: table,
      Item: { ...newestResultKey(job.merchantId, job.connectionId, job.type), jobId: job.id, completedAt: completedAt.toISOString(), expiresAt: expiresAt.toISOString(), ttl: ttlOf(expiresAt) },
      ConditionExpression: 'attribute_not_exists(pk) OR completedAt < :completedAt OR jobId = :jobId',
      ExpressionAttributeValues: { ':completedAt': completedAt.toISOString(), ':jobId': job.id },
    },
  };
}
