import type { JobRef, ToldSignal } from '../domain/job.ts';
import { MachineExit } from '../domain/job-machine.ts';
import type { JobProgress, UpstreamJobs } from '../ports.ts';
import { failureFromUpstream } from './failure-from-upstream.ts';

/**
 * Leaves a task by what a signed delivery told, instead of asking upstream. The code of a failure is kept where one was given.
 * @throws MachineExit UpstreamJobCompleted, UpstreamJobFailed, MfaRequired
 */
export async function heedSignal(deps: { readonly progress: JobProgress; readonly upstream: UpstreamJobs }, ref: JobRef, signal: ToldSignal): Promise<never> {
  switch (signal.kind) {
    case 'completed':
      throw new MachineExit('UpstreamJobCompleted');
    case 'mfa':
      throw new MachineExit('MfaRequired');
    case 'failed':
      if (signal.upstreamCode !== null) await deps.progress.noteFailure(ref, failureFromUpstream(deps.upstream, signal.upstreamCode));
      throw new MachineExit('UpstreamJobFailed');
  }
}
