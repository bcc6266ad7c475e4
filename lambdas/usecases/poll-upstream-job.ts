import { AppError } from '../domain/errors.ts';
import { resumedAt, type Job, type JobRef } from '../domain/job.ts';
import { MachineExit, pollLimit } from '../domain/job-machine.ts';
import type { Clock, JobProgress, UpstreamJobState, UpstreamJobs, WebhookTrust } from '../ports.ts';
import { failureFromUpstream } from './failure-from-upstream.ts';
import { heedSignal } from './heed-signal.ts';

/** How long a flag may stay up after the person came back: a job should complete within seconds of the answer (aerosync-api.md §7.6). */
const flagSettlesWithinMs = 60_000;

export interface PollUpstreamJob {
  readonly progress: JobProgress;
  readonly upstream: UpstreamJobs;
  readonly trust: WebhookTrust;
  readonly clock: Clock;
}

export interface PollUpstreamJobRequest extends JobRef {
  /** Which look at upstream this is, from 1. */
  readonly poll: number;
  /** What is left of the job's own time. */
  readonly secondsLeft: number;
  /** What is left of the time for the bank's questions. */
  readonly mfaSecondsLeft: number;
}

/**
 * Looks at the job upstream once. What was signalled so far is marked as heard before, so that a later signal is news.
 * An end that was signalled is believed without a look: upstream's status may lag behind its own webhook.
 * Returns when upstream is not finished, also for a status never seen.
 * @throws MachineExit UpstreamJobCompleted, UpstreamJobFailed, MfaRequired, JobOver, UpstreamUnclear
 * @throws AppError UpstreamUnavailable, UpstreamThrottled (look again later), MfaExpired, JobTimedOut, PollBudgetSpent, and every refusal of upstream
 */
export async function pollUpstreamJob(deps: PollUpstreamJob, request: PollUpstreamJobRequest): Promise<void> {
  const job = await deps.progress.hear(request, deps.clock.now());
  if (job === undefined) throw new MachineExit('JobOver');
  if (job.upstreamJobId === null) throw new MachineExit('UpstreamUnclear');
  if (job.signal !== null && job.signal.kind !== 'mfa') return heedSignal(deps, request, job.signal);
  const found = await read(deps, request, job, job.upstreamJobId);
  switch (found.state) {
    case 'completed':
      await noteSurprise(deps, request);
      throw new MachineExit('UpstreamJobCompleted');
    case 'failed':
      await noteSurprise(deps, request);
      await deps.progress.noteFailure(request, failureFromUpstream(deps.upstream, found.upstreamCode));
      throw new MachineExit('UpstreamJobFailed');
    case 'mfa_required':
      if (found.byFlagOnly === true && isSettling(deps, job)) {
        throwWhenSpent(request);
        return;
      }
      throwWhenLookedOften(request);
      if (request.mfaSecondsLeft <= 0) throw new AppError('MfaExpired', "the time for the bank's questions is over: start a new job");
      throw new MachineExit('MfaRequired');
    case 'processing':
      throwWhenSpent(request);
  }
}

/** Whether a flag that is up may be that of the question which was answered just now. */
function isSettling({ clock }: PollUpstreamJob, job: Job): boolean {
  const at = resumedAt(job);
  return at !== undefined && clock.now().getTime() - at.getTime() < flagSettlesWithinMs;
}

async function read(deps: PollUpstreamJob, request: PollUpstreamJobRequest, job: Job, upstreamJobId: string): Promise<UpstreamJobState> {
  try {
    return await deps.upstream.readState(job.merchantId, job.connectionId, upstreamJobId);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'UpstreamUnavailable' || error.code === 'UpstreamThrottled') throwWhenSpent(request);
    else await deps.progress.noteFailure(request, { code: error.code, upstreamCode: error.details.upstreamCode ?? null });
    throw error;
  }
}

function throwWhenSpent(request: PollUpstreamJobRequest): void {
  if (request.secondsLeft <= 0) throw new AppError('JobTimedOut', 'upstream did not finish in time: start a new job later');
  throwWhenLookedOften(request);
}

function throwWhenLookedOften({ poll }: PollUpstreamJobRequest): void {
  if (poll >= pollLimit) throw new AppError('PollBudgetSpent', 'upstream was looked at as often as it allows: start a new job later');
}

/** An end that no signal told: this merchant's webhooks cannot be counted on for now. */
async function noteSurprise(deps: PollUpstreamJob, { merchantId }: JobRef): Promise<void> {
  await deps.trust.set(merchantId, false, deps.clock.now());
}
