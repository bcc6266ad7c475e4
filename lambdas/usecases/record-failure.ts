import { errorCodes, type ErrorCode } from '../domain/errors.ts';
import { isOver, type Job, type JobFailure, type JobRef } from '../domain/job.ts';
import { MachineExit, stateTimedOut, type MachineSignal } from '../domain/job-machine.ts';
import type { Clock, ConnectionRepository, JobEnd, JobProgress, JobRepository, Sleep, TaskTokens, UpstreamJobs } from '../ports.ts';
import { failureFromUpstream } from './failure-from-upstream.ts';
import { wakeNextSibling } from './wake-next-sibling.ts';

export interface RecordFailure {
  readonly jobs: JobRepository;
  readonly progress: JobProgress;
  readonly connections: ConnectionRepository;
  readonly upstream: UpstreamJobs;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** Failures that a job never carries under their own name. A state gives up on its function only when the job's time is over. */
const codeOfName: ReadonlyMap<string, ErrorCode> = new Map<MachineSignal | ErrorCode | typeof stateTimedOut, ErrorCode>([
  ['UpstreamUnreachable', 'UpstreamUnavailable'],
  ['UpstreamUnclear', 'UpstreamUnavailable'],
  ['UpstreamBusy', 'UpstreamUnavailable'],
  [stateTimedOut, 'JobTimedOut'],
]);
/** The reason of a failure is worth waiting for this long, no longer. */
const reasonMs = 3000;

/**
 * Ends the job with a code a person can act on, and frees its claim. A connection is marked only where upstream itself asks for the person.
 * @param request.failure the error name that the machine caught
 * @returns the code that the job carries
 * @throws MachineExit JobOver
 */
export async function recordFailure(deps: RecordFailure, request: JobRef & { readonly failure: string }): Promise<{ failure: ErrorCode }> {
  const job = await deps.jobs.find(request);
  if (job === undefined || isOver(job.status)) throw new MachineExit('JobOver');
  const failure = await failureOf(deps, job, request.failure);
  if (failure.upstreamCode !== null && deps.upstream.errorCodeFor(failure.upstreamCode) === 'UserActionRequired') {
    // What upstream says of an attempt is no news of a connection that the person has renewed since it began.
    await deps.connections.mark(job.merchantId, job.connectionId, 'reconnect_required', new Date(job.intent?.at ?? job.createdAt));
  }
  const ended = await deps.progress.end(request, endOf(failure), deps.clock.now());
  if (ended === undefined) throw new MachineExit('JobOver');
  await wakeNextSibling(deps, ended);
  return { failure: failure.code };
}

/** A limit of ours that ran out ends a job as expired; everything else is a failure. */
export function endOf(failure: JobFailure): JobEnd {
  return { status: failure.code === 'MfaExpired' || failure.code === 'JobTimedOut' ? 'expired' : 'failed', failure };
}

async function failureOf(deps: RecordFailure, job: Job, name: string): Promise<JobFailure> {
  if (name === 'UpstreamJobFailed') return job.failure ?? failureFromUpstream(deps.upstream, job.signal?.upstreamCode ?? (await askWhy(deps, job)));
  const renamed = codeOfName.get(name);
  if (renamed !== undefined) return { code: renamed, upstreamCode: null };
  if (job.failure?.code === name) return job.failure;
  return { code: errorCodes.find((code) => code === name) ?? 'Internal', upstreamCode: null };
}

/** A webhook may say only that the job failed; the reason stands in its status. Null where upstream gives none, or no answer. */
async function askWhy(deps: RecordFailure, job: Job): Promise<string | null> {
  if (job.upstreamJobId === null) return null;
  const reading = deps.upstream.readState(job.merchantId, job.connectionId, job.upstreamJobId).catch(() => undefined);
  const found = await Promise.race([reading, deps.sleep(reasonMs)]);
  return found?.state === 'failed' ? found.upstreamCode : null;
}
