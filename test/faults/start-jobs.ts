import { randomUUID } from 'node:crypto';
import { inParallel } from './in-parallel.ts';
import type { World } from './world.ts';

/** Starts that are under way at once: enough to keep the machine busy, few enough to keep it from answering 503. */
const atOnce = 24;
const tries = 60;
const pauseMs = 1_000;

export const jobTypes = ['balance', 'transactions', 'identity'] as const;

/** Starts one job per connection, of each type in turn, and insists as an app should: under the same key, until it is answered. */
export async function startJobs(world: Pick<World, 'api' | 'clock'>, connectionIds: readonly string[]): Promise<string[]> {
  return inParallel(connectionIds, atOnce, async (connectionId, index) => {
    const type = jobTypes[index % jobTypes.length] ?? 'balance';
    const body = { type, ...(type === 'transactions' && { startDate: '2026-01-01', endDate: '2026-12-31' }) };
    const idempotencyKey = randomUUID();
    return insist(world, () => world.api.startJob(connectionId, body, { idempotencyKey }).then((answer) => answer.body.id));
  });
}

/** Tries again after a second of the clock, as long as an app would. Throws the last failure. */
export async function insist<T>({ clock }: Pick<World, 'clock'>, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === tries) throw error;
      await new Promise<void>((resolve) => clock.setTimer(pauseMs, resolve));
    }
  }
}
