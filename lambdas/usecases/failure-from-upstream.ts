import type { JobFailure } from '../domain/job.ts';
import type { UpstreamJobs } from '../ports.ts';

/** A job that upstream ended as failed: the catalogue's code for its own, and where it gave none, the person should reconnect (api.md, "Errors"). */
export function failureFromUpstream(upstream: Pick<UpstreamJobs, 'errorCodeFor'>, upstreamCode: string | null): JobFailure {
  const known = upstreamCode === null ? undefined : upstream.errorCodeFor(upstreamCode);
  return { code: known ?? 'UserActionRequired', upstreamCode };
}
