import type { Job } from '../domain/job.ts';
import type { JobRepository, TaskTokens } from '../ports.ts';

/** Upstream runs one job per connection: when one ends, the oldest of those that wait for their turn tries again. Its own end wakes the next. */
export async function wakeNextSibling(deps: { readonly jobs: JobRepository; readonly tokens: TaskTokens }, ended: Job): Promise<void> {
  const siblings = await deps.jobs.running(ended.merchantId, ended.connectionId);
  const [next] = siblings.filter((job) => job.status === 'running' && job.waitState === 'AwaitTurn').sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  if (next?.waitToken != null) await deps.tokens.succeed(next.waitToken);
}
