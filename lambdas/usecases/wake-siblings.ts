import type { Job } from '../domain/job.ts';
import type { JobRepository, TaskTokens } from '../ports.ts';

/** Upstream runs one job per connection: when one ends, those that wait for their turn try again. */
export async function wakeSiblings(deps: { readonly jobs: JobRepository; readonly tokens: TaskTokens }, ended: Job): Promise<void> {
  const siblings = await deps.jobs.running(ended.merchantId, ended.connectionId);
  await Promise.all(
    siblings
      .filter((job) => job.status === 'running' && job.waitState === 'AwaitTurn')
      .map((job) => (job.waitToken === null ? undefined : deps.tokens.succeed(job.waitToken))),
  );
}
