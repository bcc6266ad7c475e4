import type { Job } from '../domain/job.ts';
import type { TaskTokens } from '../ports.ts';

/** A job was ended from outside its machine: its execution is woken where it waits, finds the job over, and ends too. */
export async function releaseExecution(deps: { readonly tokens: TaskTokens }, ended: Job): Promise<void> {
  if (ended.waitToken === null) return;
  await (ended.waitState === 'AwaitTurn' ? deps.tokens.succeed(ended.waitToken) : deps.tokens.exit(ended.waitToken, 'LookAgain'));
}
