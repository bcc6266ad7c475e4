import { isOver, type Job } from '../domain/job.ts';
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

/** A signal that stays unread for this long lost its waker. */
const unreadMs = 30_000;
/** Between a machine's last write and the end of its execution lies no more than this. */
const graceMs = 30_000;
/** Every limit of a job together (architecture, "Clocks"): 3 min of its own, 15 for the bank's questions, 16 for its turn, and a reserve. */
const longestMs = 40 * 60_000;

/**
 * Puts right every open job whose row and execution disagree. Runs every minute, beside the rule on dead executions, whose events may be lost.
 * @returns what it healed, by kind
 */
export async function sweep(deps: Sweep): Promise<Record<string, number>> {
  const healed: Record<string, number> = {};
  for await (const job of deps.jobs.listOpen()) {
    const kind = await heal(deps, job);
    if (kind === undefined) continue;
    healed[kind] = (healed[kind] ?? 0) + 1;
    deps.counters.count(`Sweep${kind}`);
  }
  return healed;
}

async function heal(deps: Sweep, job: Job): Promise<'Started' | 'Closed' | 'Woken' | undefined> {
  const ref = { merchantId: job.merchantId, jobId: job.id };
  const now = deps.clock.now().getTime();
  if (now - Date.parse(job.createdAt) > longestMs) return (await closeDeadExecution(deps, ref, true)) ? 'Closed' : undefined;
  const idleMs = now - Date.parse(job.updatedAt);
  if (isOver(job.status) || idleMs < graceMs) return undefined;
  const execution = await deps.executions.status(ref);
  if (execution === 'missing' && job.status === 'queued') {
    await ensureStarted(deps, job);
    return 'Started';
  }
  if (execution !== 'running') return (await closeDeadExecution(deps, ref, false)) ? 'Closed' : undefined;
  const unread = job.signalSeq > job.heardSeq && idleMs >= unreadMs;
  if (!unread || job.waitToken === null) return undefined;
  await deps.tokens.exit(job.waitToken, 'LookAgain');
  return 'Woken';
}
