import { isOver, type JobRef } from '../domain/job.ts';
import type { Clock, Executions, JobProgress, JobRepository, TaskTokens } from '../ports.ts';
import { closeDeadExecution } from './close-dead-execution.ts';
import { ensureStarted } from './ensure-started.ts';

export interface HealJob {
  readonly jobs: JobRepository;
  readonly progress: JobProgress;
  readonly executions: Executions;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
}

/** Whatever stays so for this long lost its waker, its start or its end. */
export const graceMs = 30_000;
/** Every limit of a job together (architecture, "Clocks"): 3 min of its own, 15 for the bank's questions, 16 for its turn, and a reserve. */
const longestMs = 40 * 60_000;

/**
 * Puts an open job right whose row and execution disagree.
 * @returns what was done: its execution started, its row closed, its wait ended; undefined where nothing had to be
 */
export async function healJob(deps: HealJob, ref: JobRef): Promise<'Started' | 'Closed' | 'Woken' | undefined> {
  const job = await deps.jobs.find(ref);
  if (job === undefined || isOver(job.status)) return undefined;
  const now = deps.clock.now().getTime();
  if (now - Date.parse(job.createdAt) > longestMs) return (await closeDeadExecution(deps, ref, true)) ? 'Closed' : undefined;
  if (now - Date.parse(job.updatedAt) < graceMs) return undefined;
  const execution = await deps.executions.status(ref);
  if (execution === 'missing' && job.status === 'queued') {
    await ensureStarted(deps, job);
    return 'Started';
  }
  if (execution !== 'running') return (await closeDeadExecution(deps, ref, false)) ? 'Closed' : undefined;
  // Nobody waits there: what was told has brought it as far as this.
  if (job.status === 'fetching') return undefined;
  const isUnread = job.signalSeq > job.heardSeq || job.resumes > job.heardResumes;
  if (!isUnread || job.waitToken === null) return undefined;
  await deps.tokens.exit(job.waitToken, 'LookAgain');
  return 'Woken';
}
