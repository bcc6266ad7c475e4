import { AppError } from '../domain/errors.ts';
import type { ConnectionRemovals } from '../ports.ts';
import { completeRemoval, type CompleteRemoval } from './complete-removal.ts';

export interface RemoveConnection extends CompleteRemoval {
  readonly removals: ConnectionRemovals;
}

/**
 * Removes a connection with all that was fetched over it. The consent at the bank is untouched. Once begun it is carried through: by this
 * call, by a repeat of it, or by the sweep.
 * @throws AppError NotFound
 */
export async function removeConnection(deps: RemoveConnection, { merchantId, connectionId }: { readonly merchantId: string; readonly connectionId: string }): Promise<void> {
  const begun = await deps.removals.begin(merchantId, connectionId, deps.clock.now());
  const removals = begun === undefined ? await deps.removals.find(merchantId, connectionId) : [begun];
  if (removals.length === 0) throw new AppError('NotFound', 'there is no such connection');
  for (const removal of removals) await completeRemoval(deps, removal);
}
