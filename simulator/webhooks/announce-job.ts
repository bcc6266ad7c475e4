import type { Job, JobKind } from '../bank/job.ts';
import type { JobState } from '../bank/job-plan.ts';
import type { Contradictions } from '../contradictions/contradictions.ts';
import { shownConnectionId } from '../bank/shown-connection-id.ts';
import type { Webhooks } from './webhooks.ts';

/** The states upstream sends a webhook for; `in_progress` is never sent. */
const announced: ReadonlySet<JobState> = new Set<JobState>(['initiated', 'pending_mfa', 'completed', 'failed']);

const names: Readonly<Record<JobKind, string>> = { balance: 'job.balance', transactions: 'job.transaction', identity: 'job.identity' };

/** Sends the webhook for the state that a job is in, if there is one: `job.<type>`, or by the older documents `job.<status>`. */
export function announceJob(parts: { webhooks: Webhooks; contradictions: Contradictions }, job: Job, at: number): void {
  if (!announced.has(job.state)) return;
  const older = parts.contradictions.side(15) === 'A';
  const connectionId = shownConnectionId(parts.contradictions, job.connection.id);
  const ids = { job_id: job.id, connection_id: connectionId, user_id: connectionId };
  parts.webhooks.publish(
    {
      merchant: job.connection.merchant,
      event: older ? `job.${job.state}` : names[job.kind],
      names: [names[job.kind], `job.${job.state}`],
      status: job.state,
      jobId: job.id,
      data: older ? ids : { status: job.state, ...ids },
    },
    at,
  );
}
