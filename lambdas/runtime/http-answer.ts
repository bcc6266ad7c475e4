import type { Reply, RouteContract } from '../contract/route-contract.ts';
import { AppError } from '../domain/errors.ts';
import { issuePaths } from '../domain/issue-paths.ts';

/** A reply as text: what is sent, and what an idempotency key repeats. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Shapes a handler's reply by its contract: fields that the contract does not list are dropped, so nothing leaks because a column was added.
 * @throws AppError Internal when the handler replied with something else than the contract promises
 */
export function answer(contract: RouteContract, reply: Reply): Answer {
  const promised = contract.replies[reply.status];
  if (promised === undefined) throw new AppError('Internal', `${contract.name} answered ${reply.status}, which its contract does not name`);
  const shaped = promised.schema.safeParse(reply.body);
  if (!shaped.success) throw new AppError('Internal', `the reply of ${contract.name} differs from its contract at ${issuePaths(shaped.error, '(body)')}`);
  if (shaped.data === undefined) return { status: reply.status, headers: { ...reply.headers }, body: '' };
  return {
    status: reply.status,
    headers: { 'content-type': 'application/json', ...reply.headers },
    body: JSON.stringify(shaped.data),
  };
}
