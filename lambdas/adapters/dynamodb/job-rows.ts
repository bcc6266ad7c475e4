import { createHash } from 'node:crypto';
import * as z from 'zod';
import { job, type Job, type JobRef, type JobType } from '../../domain/job.ts';
import { parseRow } from './parse-row.ts';
import type { RowKey } from './row-keys.ts';

/** The job's own row. Its key is also spelled in statemachines/aggregation-job.asl.json, whose token waits write it. */
export function jobKey({ merchantId, jobId }: JobRef): RowKey {
  return { pk: `${merchantId}#${jobId}`, sk: 'JOB' };
}

/** Single flight: one row per connection, type and dates while a job runs. All claims of a connection stand together. */
export function claimKey(of: Pick<Job, 'merchantId' | 'connectionId' | 'type' | 'startDate' | 'endDate'>): RowKey {
  return { pk: `${of.merchantId}#${of.connectionId}`, sk: `${claimPrefix(of.type)}${of.startDate ?? ''}#${of.endDate ?? ''}` };
}
export function claimPrefix(type?: JobType): string {
  return type === undefined ? 'CLAIM#' : `CLAIM#${type}#`;
}
export const claimRow = z.object({ pk: z.string(), sk: z.string(), jobId: z.string() });

/** Where a webhook and the reply of a create meet: either may be first. */
export function upstreamKey(merchantId: string, upstreamJobId: string): RowKey {
  return { pk: `${merchantId}#${upstreamJobId}`, sk: 'UPSTREAM' };
}
/** A delivery that is about no job, by the digest of its body. */
export function deliveryKey(merchantId: string, digest: string): RowKey {
  return { pk: `${merchantId}#${digest}`, sk: 'DELIVERY' };
}
export const upstreamRow = z.object({
  jobId: z.string().optional(),
  signalKind: z.enum(['initiated', 'mfa', 'completed', 'failed']).optional(),
  signalRank: z.number().optional(),
  signalCode: z.string().nullable().optional(),
  firstSentAt: z.string().optional(),
  seen: z.set(z.string()).optional(),
});
export type UpstreamRow = z.infer<typeof upstreamRow>;

/** An upstream job that no job of ours is known for yet, beside the claims of its connection: an unclear create looks here. */
export function strayKey(merchantId: string, connectionId: string, type: JobType, upstreamJobId: string): RowKey {
  return { pk: `${merchantId}#${connectionId}`, sk: `${strayPrefix(type)}${upstreamJobId}` };
}
export function strayPrefix(type: JobType): string {
  return `STRAY#${type}#`;
}
export const strayRow = z.object({ upstreamJobId: z.string(), sentAt: z.string() });

/** Beside the claims of its connection: a job that ended without ever knowing what became of its create. */
export function lostCreateKey({ merchantId, connectionId, type, id }: Pick<Job, 'merchantId' | 'connectionId' | 'type' | 'id'>): RowKey {
  return { pk: `${merchantId}#${connectionId}`, sk: `${lostCreatePrefix(type)}${id}` };
}
export function lostCreatePrefix(type: JobType): string {
  return `LOST#${type}#`;
}
export const lostCreateRow = job.pick({ startDate: true, endDate: true }).extend({ intentAt: z.string(), ttl: z.number() });
/** Upstream may still run what such a create started; a job that it has not ended after an hour is stuck there. */
export const lostCreateLifetimeMs = 3_600_000;

/** Upstream rows outlive every job they can belong to, and no more. */
export const upstreamRowLifetimeMs = 24 * 3_600_000;
/** A stray is of use only to a create that became unclear half a minute ago. */
export const strayLifetimeMs = 10 * 60_000;

const openShards = 8;

/** Keys of the sparse index of open jobs, spread so that no partition is hot. */
export function openKeys(): string[] {
  return Array.from({ length: openShards }, (_, shard) => `OPEN#${shard}`);
}
export function openKeyOf(jobId: string): string {
  return `OPEN#${createHash('sha256').update(jobId).digest().readUInt8() % openShards}`;
}

/** No more of an open job than names it, so that a row that does not fit its schema is still found. */
export const openRow = job.pick({ merchantId: true, id: true });

export function parseJob(table: string, row: unknown): Job {
  return parseRow(table, job, row);
}

export function refOf(of: Pick<Job, 'merchantId' | 'id'>): JobRef {
  return { merchantId: of.merchantId, jobId: of.id };
}
