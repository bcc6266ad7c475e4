import type { JobState } from '../bank/job-plan.ts';
import type { Job } from '../bank/job.ts';
import { shownConnectionId } from '../bank/shown-connection-id.ts';
import type { Contradictions } from '../contradictions/contradictions.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import { Refusal, type UpstreamCall } from '../upstream-call.ts';
import { authorizeApi, authorizeConnection } from './authorize.ts';
import { aerosyncErrors, aerosyncRefusal } from './refusals.ts';

/** The vocabularies of upstream's pages: the integration guide's, that of the step-by-step pages, and that of the webhooks. */
const words = {
  guide: { initiated: 'Initiated', in_progress: 'IN_PROGRESS', pending_mfa: 'MFA_REQUIRED', completed: 'COMPLETED', failed: 'FAILED' },
  step_pages: { initiated: 'Initiated', in_progress: 'IN_PROGRESS', pending_mfa: 'Pending MFA', completed: 'completed', failed: 'FAILED' },
  webhooks: { initiated: 'initiated', in_progress: 'in_progress', pending_mfa: 'pending_mfa', completed: 'completed', failed: 'failed' },
} as const satisfies Record<string, Readonly<Record<JobState, string>>>;

/**
 * GET /v2/accounts/{connectionId}/job/{jobId} → `{status, statusCode, jobStatus, mfaTriggered, jobId, userId, connectionId}`.
 * Contradictions 10, 12 and 29.
 */
export function readJob(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'GET',
    path: '/v2/accounts/:connectionId/job/:jobId',
    run(request) {
      if (simulation.contradictions.side(12) === 'A') throw new Refusal(404, { message: 'Not Found' });
      const connection = authorizeConnection(simulation, request);
      const job = simulation.jobs.withId(request.params['jobId'] ?? '');
      if (job?.connection !== connection) throw aerosyncRefusal('AC-102');
      return { status: 200, body: showJob(simulation, job) };
    },
  };
}

/** GET /v2/job/{jobId}: the same on the path that older examples have. */
export function readJobByOldPath(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'GET',
    path: '/v2/job/:jobId',
    run(request) {
      const merchant = authorizeApi(simulation, request);
      const job = simulation.jobs.withId(request.params['jobId'] ?? '');
      if (job?.connection.merchant !== merchant) throw aerosyncRefusal('AC-102');
      return { status: 200, body: showJob(simulation, job) };
    },
  };
}

function showJob({ contradictions }: Simulation, job: Job): Json {
  const { failureCode } = job;
  const id = shownConnectionId(contradictions, job.connection.id);
  return {
    status: 'success',
    statusCode: 200,
    jobStatus: vocabularyOf(contradictions, job)[job.state],
    mfaTriggered: job.state === 'pending_mfa',
    jobId: job.id,
    userId: id,
    connectionId: id,
    error: failureCode === undefined ? undefined : { code: failureCode, message: aerosyncErrors[failureCode][1] },
  };
}

function vocabularyOf(contradictions: Contradictions, { connection }: Job): Readonly<Record<JobState, string>> {
  switch (contradictions.side(10)) {
    case 'A':
      return words.guide;
    case 'B':
      return words.step_pages;
    case 'C':
      return words.webhooks;
    default:
      return words[connection.scenario.words];
  }
}
