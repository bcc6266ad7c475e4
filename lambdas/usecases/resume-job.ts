import { AppError } from '../domain/errors.ts';
import type { Job } from '../domain/job.ts';
import type { Clock, JobProgress, JobRepository, TaskTokens } from '../ports.ts';
import { findJob } from './find-job.ts';

export interface ResumeJob {
  readonly jobs: JobRepository;
  readonly progress: JobProgress;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
}

/**
 * The person finished in the widget: the machine leaves its pause and looks at upstream. No answer of theirs passes through here.
 * The resume is counted before the wait is ended, so that none is lost: the sweep ends the wait of one that died in between.
 * @throws AppError NotFound; Conflict when the job does not wait for the person, or was resumed too often
 */
export async function resumeJob(deps: ResumeJob, request: { merchantId: string; jobId: string }): Promise<Job> {
  const ref = { merchantId: request.merchantId, jobId: request.jobId };
  await findJob(deps.jobs, ref);
  const waiting = await deps.progress.countResume(ref, deps.clock.now());
  if (waiting === undefined) {
    const { status } = await findJob(deps.jobs, ref);
    throw new AppError(
      'Conflict',
      status === 'awaiting_mfa' ? 'the job was resumed too often: it ends by itself when its time for the bank is over' : `a job that is ${status} does not wait for the person`,
    );
  }
  if (waiting.waitToken !== null) {
    await deps.tokens.exit(waiting.waitToken, 'Resumed');
    await deps.progress.leavePause(ref, waiting.waitToken, deps.clock.now());
  }
  return findJob(deps.jobs, ref);
}
