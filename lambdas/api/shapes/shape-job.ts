import type { JobShape } from '../../contract/shapes.ts';
import { errorCatalogue } from '../../domain/error-catalogue.ts';
import type { Job, JobFailure } from '../../domain/job.ts';

/** A job as merchants see it: no signals, no tokens, and of a failure what to do next. */
export function shapeJob(job: Job): JobShape {
  const { status } = job;
  return {
    id: job.id,
    connectionId: job.connectionId,
    userId: job.userId,
    type: job.type,
    startDate: job.startDate,
    endDate: job.endDate,
    status,
    attempts: job.attempts,
    reference: job.reference,
    retryOf: job.retryOf,
    upstreamJobId: job.upstreamJobId,
    mfa: status === 'awaiting_mfa' && job.mfaExpiresAt !== null ? { expiresAt: job.mfaExpiresAt } : null,
    error: (status === 'failed' || status === 'expired') && job.failure !== null ? shapeFailure(job.failure) : null,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    completedAt: job.completedAt,
    resultUrl: status === 'completed' ? `${jobUrl(job)}/result` : null,
    resultExpiresAt: job.resultExpiresAt,
  };
}

export function jobUrl({ id }: Pick<Job, 'id'>): string {
  return `/v1/jobs/${id}`;
}

function shapeFailure({ code, upstreamCode }: JobFailure): NonNullable<JobShape['error']> {
  const { userMessage, nextAction } = errorCatalogue[code];
  return { code, userMessage, nextAction, upstreamCode };
}
