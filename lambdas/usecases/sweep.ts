import type { ConnectionRemovals, Counters, Removal } from '../ports.ts';
import { completeRemoval, type CompleteRemoval } from './complete-removal.ts';
import { graceMs, healJob, type HealJob } from './heal-job.ts';
import { inBatches } from './in-batches.ts';

export interface Sweep extends HealJob, CompleteRemoval {
  readonly jobs: HealJob['jobs'];
  readonly progress: HealJob['progress'];
  readonly removals: Pick<ConnectionRemovals, 'listOpen' | 'advance' | 'finish'>;
  readonly counters: Counters;
}

/** Names what was healed. */
export type HealedIds = Readonly<Record<string, string>>;

/** How many things are looked at side by side. */
const atOnce = 10;

/**
 * Puts right every open job whose row and execution disagree, and carries through every removal that was begun and not finished. Runs every
 * minute, beside the rule on dead executions, whose events may be lost.
 * @param tell called for each thing healed, as soon as it is
 * @returns how many it healed, by kind
 * @throws the first failure, once all the others were looked at
 */
export async function sweep(deps: Sweep, tell: (kind: string, what: HealedIds) => void = () => undefined): Promise<Record<string, number>> {
  const healed: Record<string, number> = {};
  const failures: unknown[] = [];
  const noting = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
      deps.counters.count('SweepFailed');
    }
  };
  const look = (what: HealedIds, heal: () => Promise<string | undefined>): Promise<void> =>
    noting(async () => {
      const kind = await heal();
      if (kind === undefined) return;
      healed[kind] = (healed[kind] ?? 0) + 1;
      deps.counters.count(`Sweep${kind}`);
      tell(kind, what);
    });
  // Side by side: many of the one kind may take all the time there is.
  await Promise.all([
    noting(() => inBatches(deps.jobs.listOpen(deps.clock.now()), atOnce, ({ merchantId, jobId }) => look({ merchantId, jobId }, () => healJob(deps, { merchantId, jobId })))),
    noting(() => inBatches(deps.removals.listOpen(), atOnce, (removal) => look({ merchantId: removal.merchantId, connectionId: removal.connectionId }, () => carryThrough(deps, removal)))),
  ]);
  if (failures.length > 0) throw failures[0];
  return healed;
}

/** A younger one is still in the hands of the request that began it. */
async function carryThrough(deps: Sweep, removal: Removal): Promise<'Removed' | undefined> {
  if (deps.clock.now().getTime() - Date.parse(removal.at) < graceMs) return undefined;
  await completeRemoval(deps, removal);
  return 'Removed';
}
