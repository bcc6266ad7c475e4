import * as z from 'zod';
import type { Job } from '../../domain/job.ts';
import { ttlOf } from './expiry.ts';
import type { RowKey } from './row-keys.ts';

/** Whoever finds one asks upstream whether it still runs; a job that upstream has not ended after an hour is stuck there. */
const orphanLifetimeMs = 3_600_000;

export const orphanRow = z.object({ upstreamJobId: z.string(), jobId: z.string(), ttl: z.number() });

/** One at most per connection, type and dates: upstream runs one job at a time, and a job never gets data of other dates. */
export function orphanKey({ merchantId, connectionId, type, startDate, endDate }: Job): RowKey {
  return { pk: `${merchantId}#${connectionId}`, sk: `ORPHAN#${type}#${startDate ?? ''}#${endDate ?? ''}` };
}

/** The write that notes what upstream still runs of a job that is canceled. */
export function leaveOrphan(table: string, job: Job, upstreamJobId: string, now: Date) {
  return { TableName: table, Item: { ...orphanKey(job), upstreamJobId, jobId: job.id, ttl: ttlOf(new Date(now.getTime() + orphanLifetimeMs)) } };
}

/** Whether upstream may still run a job of ours: not before its id is known, nor once upstream has ended it. */
export function mayRunUpstream(job: Job): job is Job & { readonly upstreamJobId: string } {
  return job.upstreamJobId !== null && job.status !== 'fetching' && (job.signal === null || job.signal.kind === 'mfa');
}
