import { AppError } from '../domain/errors.ts';
import type { DateRange, Job, JobRef } from '../domain/job.ts';
import { MachineExit, waitSchedules } from '../domain/job-machine.ts';
import type { Clock, JobProgress, UpstreamJobState, UpstreamJobs, UpstreamOrphan, UpstreamOrphans, WebhookTrust } from '../ports.ts';
import { heedSignal } from './heed-signal.ts';

export interface CreateUpstreamJob {
  readonly progress: JobProgress;
  readonly orphans: UpstreamOrphans;
  readonly upstream: UpstreamJobs;
  readonly trust: WebhookTrust;
  readonly clock: Clock;
}

export interface CreateUpstreamJobRequest extends JobRef {
  readonly attempt: number;
  /** What is left of the job's own time. */
  readonly secondsLeft: number;
  /** What is left of the time a job may wait for its turn. */
  readonly turnSecondsLeft: number;
  /** Names this invocation. */
  readonly holder: string;
}

interface Created {
  readonly waits: readonly number[];
  readonly unclear?: string;
}

/**
 * Posts the job upstream, once: the intent is written first, and a second entry that finds it posts nothing.
 * @returns the waits until upstream is looked at, in seconds; why it is unclear whether upstream accepted, where it is, for whoever reads the execution
 * @throws MachineExit UpstreamJobCompleted, UpstreamJobFailed, MfaRequired, JobOver, UpstreamUnreachable
 * @throws AppError UpstreamBusy, UpstreamThrottled (both surely not accepted), JobTimedOut, and every refusal of upstream
 */
export async function createUpstreamJob(deps: CreateUpstreamJob, request: CreateUpstreamJobRequest): Promise<Created> {
  if (request.secondsLeft <= 0) throw outOfTime();
  const deadline = new Date(deps.clock.now().getTime() + request.secondsLeft * 1000);
  const begun = await deps.progress.beginAttempt(request, request.attempt, request.holder, deps.clock.now());
  switch (begun.outcome) {
    case 'over':
      throw new MachineExit('JobOver');
    case 'unclear':
      return (await goOnWithOrphan(deps, request, begun.job)) ?? becomeUnclear(deps, request, 'an earlier run of this state ended before it could say whether upstream accepted');
    case 'known':
      return goOnWith(deps, request, begun.job.upstreamJobId ?? '');
    case 'intended': {
      const adopted = await goOnWithOrphan(deps, request, begun.job).catch((error: unknown) => takeBack(deps, request, error));
      if (adopted !== undefined) return adopted;
      const posted = await post(deps, request, begun.job, deadline);
      return 'unclear' in posted ? becomeUnclear(deps, request, posted.unclear) : goOnWith(deps, request, posted.upstreamJobId);
    }
  }
}

async function post(deps: CreateUpstreamJob, request: CreateUpstreamJobRequest, job: Job, deadline: Date): Promise<{ readonly upstreamJobId: string } | { readonly unclear: string }> {
  try {
    return await deps.upstream.create(job.merchantId, job.connectionId, job.type, datesOf(job), deadline);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.details.surelyNotAccepted === true) return refused(deps, request, error, deadline);
    if (error.code === 'UpstreamUnavailable') return { unclear: error.message };
    await deps.progress.noteFailure(request, { code: error.code, upstreamCode: error.details.upstreamCode ?? null });
    throw error;
  }
}

/** Nothing was accepted, so the intent is taken back and the machine may come again. */
async function refused(deps: CreateUpstreamJob, request: CreateUpstreamJobRequest, error: AppError, deadline: Date): Promise<never> {
  if (error.code === 'UpstreamBusy') {
    await deps.progress.clearIntent(request, request.attempt, 'waiting_for_turn', deps.clock.now());
    if (request.turnSecondsLeft <= 0) throw new AppError('JobTimedOut', 'the bank connection stayed busy: start the job again later', { cause: error });
    throw error;
  }
  await deps.progress.clearIntent(request, request.attempt, 'create_refused', deps.clock.now());
  if (deps.clock.now() >= deadline) throw outOfTime(error);
  await deps.progress.noteFailure(request, { code: error.code, upstreamCode: error.details.upstreamCode ?? null });
  throw error.code === 'UpstreamUnavailable' ? new MachineExit('UpstreamUnreachable') : error;
}

function outOfTime(cause?: AppError): AppError {
  return new AppError('JobTimedOut', 'upstream did not take the job in time: start a new job later', { cause });
}

/** Nothing was posted yet: what broke is no reason to hold this create for sent. */
async function takeBack(deps: CreateUpstreamJob, request: CreateUpstreamJobRequest, error: unknown): Promise<never> {
  if (!(error instanceof MachineExit)) await deps.progress.clearIntent(request, request.attempt, 'create_refused', deps.clock.now());
  throw error;
}

/** Never sent again within this job: for half a minute a webhook may still tell which upstream job it became. */
async function becomeUnclear(deps: CreateUpstreamJob, request: CreateUpstreamJobRequest, unclear: string): Promise<Created> {
  const told = await deps.progress.markUnclear(request, request.attempt, deps.clock.now());
  return told === undefined ? { waits: waitSchedules.unclear, unclear } : goOnWith(deps, request, told);
}

/** Upstream runs one job at a time and cannot cancel: while it still runs what a canceled job left behind, that one is gone on with instead of posting. */
async function goOnWithOrphan(deps: CreateUpstreamJob, request: CreateUpstreamJobRequest, job: Job): Promise<Created | undefined> {
  const orphan = await deps.orphans.find(job, deps.clock.now());
  if (orphan === undefined) return undefined;
  const found = await stateOf(deps, job, orphan);
  if (found?.state !== 'processing' && found?.state !== 'mfa_required') {
    // Without an answer the create itself will tell: upstream refuses it while the orphan runs.
    if (found !== undefined) await deps.orphans.forget(job, orphan);
    return undefined;
  }
  const taken = await deps.orphans.take(job, orphan, deps.clock.now());
  if (taken === 'over') throw new MachineExit('JobOver');
  if (taken === 'gone') return undefined;
  return goOnWith(deps, request, orphan.upstreamJobId, found);
}

/** Undefined where upstream does not answer; an orphan that upstream does not know any more counts as ended. */
async function stateOf(deps: CreateUpstreamJob, { merchantId, connectionId }: Job, { upstreamJobId }: UpstreamOrphan): Promise<UpstreamJobState | undefined> {
  try {
    return await deps.upstream.readState(merchantId, connectionId, upstreamJobId);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === 'NotFound' ? { state: 'failed', upstreamCode: null } : undefined;
  }
}

/** @param read what upstream said of the job just now, where it was asked: newer than any question that was signalled */
async function goOnWith(deps: CreateUpstreamJob, request: CreateUpstreamJobRequest, upstreamJobId: string, read?: UpstreamJobState): Promise<Created> {
  const bound = await deps.progress.bind(request, request.attempt, upstreamJobId, deps.clock.now());
  if (bound.outcome === 'over') throw new MachineExit('JobOver');
  if (read?.state === 'mfa_required') throw new MachineExit('MfaRequired');
  // The webhook was faster than the reply of the create.
  if (bound.signal !== undefined && (read === undefined || bound.signal.kind !== 'mfa')) await heedSignal(deps, request, bound.signal);
  return { waits: (await deps.trust.isTrusted(request.merchantId)) ? waitSchedules.trusting : waitSchedules.doubting };
}

/** The days of a transactions job; null for the other types. */
export function datesOf(job: Job): DateRange | null {
  return job.startDate === null || job.endDate === null ? null : { startDate: job.startDate, endDate: job.endDate };
}
