import type { JobState } from '../bank/job-plan.ts';
import type { Job } from '../bank/jobs.ts';
import type { Json } from '../json-text.ts';
import type { BankScenario } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeConnection } from './authorize.ts';
import { aerosyncErrors, aerosyncRefusal } from './refusals.ts';

/** The two vocabularies of upstream's pages: the integration guide's, and that of the step-by-step pages. */
const words: Readonly<Record<BankScenario['words'], Readonly<Record<JobState, string>>>> = {
  guide: { initiated: 'Initiated', in_progress: 'IN_PROGRESS', pending_mfa: 'MFA_REQUIRED', completed: 'COMPLETED', failed: 'FAILED' },
  step_pages: { initiated: 'Initiated', in_progress: 'IN_PROGRESS', pending_mfa: 'Pending MFA', completed: 'completed', failed: 'FAILED' },
};

/** GET /v2/accounts/{connectionId}/job/{jobId} → `{status, statusCode, jobStatus, mfaTriggered, jobId, userId, connectionId}`. */
export function readJob(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'GET',
    path: '/v2/accounts/:connectionId/job/:jobId',
    run(request) {
      const connection = authorizeConnection(simulation, request);
      const job = simulation.jobs.withId(request.params['jobId'] ?? '');
      if (job?.connection !== connection) throw aerosyncRefusal('AC-102');
      return { status: 200, body: showJob(job) };
    },
  };
}

function showJob(job: Job): Json {
  const { connection, failureCode } = job;
  return {
    status: 'success',
    statusCode: 200,
    jobStatus: words[connection.scenario.words][job.state],
    mfaTriggered: job.state === 'pending_mfa',
    jobId: job.id,
    userId: connection.id,
    connectionId: connection.id,
    error: failureCode === undefined ? undefined : { code: failureCode, message: aerosyncErrors[failureCode][1] },
  };
}
