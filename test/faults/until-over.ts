import { isOver, readJobs } from './read-jobs.ts';
import type { World } from './world.ts';

/** Looks are far apart, since they cost the machine that the jobs run on. */
const lookEveryMs = 1_500;

/** Resolves when every one of the jobs is over, or should long be. */
export async function untilOver({ endpoints, clock }: Pick<World, 'endpoints' | 'clock'>, jobIds: readonly string[], withinMs: number): Promise<void> {
  const until = clock.now() + withinMs;
  const wanted = new Set(jobIds);
  while (clock.now() < until) {
    const { jobs } = await readJobs(endpoints);
    if (jobs.filter((job) => wanted.has(job.id) && isOver(job)).length === wanted.size) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
