import { isOver, type JobRef } from '../domain/job.ts';
import type { Clock, Counters, Executions, JobProgress, JobRepository, TaskTokens } from '../ports.ts';
import { closeDeadExecution } from './close-dead-execution.ts';
import { ensureStarted } from './ensure-started.ts';

export interface Sweep {
  readonly jobs: JobRepository;
  readonly progress: JobProgress;
  readonly executions: Executions;
  readonly tokens: TaskTokens;
  readonly counters: Counters;
  readonly clock: Clock;
}

/** Whatever stays so for this long lost its waker, its start or its end. */
const graceMs = 30_000;
/** Every limit of a job together (architecture, "Clocks"): 3 min of its own, 15 for the bank's questions, 16 for its turn, and a reserve. */
const longestMs = 40 * 60_000;

/**
 * Puts right every open job whose row and execution disagree. Runs every minute, beside the rule on dead executions, whose events may be lost.
 * @returns what it healed, by kind
 * @throws the first failure, once all the other jobs were looked at
 */
export async function sweep(deps: Sweep): Promise<Record<string, number>> {
  const healed: Record<string, number> = {};
  const failures: unknown[] = [];
  for await (const ref of deps.jobs.listOpen()) {
    try {
      const kind = await heal(deps, ref);
      if (kind === undefined) continue;
      healed[kind] = (healed[kind] ?? 0) + 1;
      deps.counters.count(`Sweep${kind}`);
    } catch (error) {
      failures.push(error);
      deps.counters.count('SweepFailed');
    }
  }
  if (failures.length > 0) throw failures[0];
  return healed;
}

async function heal(deps: Sweep, ref: JobRef): Promise<'Started' | 'Closed' | 'Woken' | undefined> {
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
  const isUnread = job.signalSeq > job.heardSeq || job.resumes > job.heardResumes;
  if (!isUnread || job.waitToken === null) return undefined;
  await deps.tokens.exit(job.waitToken, 'LookAgain');
  return 'Woken';
}
