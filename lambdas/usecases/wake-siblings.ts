import type { Job } from '../domain/job.ts';
import type { JobRepository, TaskTokens } from '../ports.ts';

/** Upstream runs one job per connection: when one ends, those that wait for their turn try again. */
export async function wakeSiblings(deps: { readonly jobs: JobRepository; readonly tokens: TaskTokens }, ended: Job): Promise<void> {
  const siblings = await deps.jobs.running(ended.merchantId, ended.connectionId);
  const tokens = siblings.filter((job) => job.status === 'running' && job.waitState === 'AwaitTurn').flatMap((job) => job.waitToken ?? []);
  await Promise.all(tokens.map((token) => deps.tokens.succeed(token)));
}
