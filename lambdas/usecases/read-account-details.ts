import type { Connection } from '../domain/connection.ts';
import { AppError } from '../domain/errors.ts';
import type { Clock, ConnectionRepository, UpstreamAccount, UpstreamAccounts } from '../ports.ts';
import { findConnection } from './find-connection.ts';

export interface ReadAccountDetails {
  readonly connections: ConnectionRepository;
  readonly accounts: UpstreamAccounts;
  readonly clock: Clock;
}

/**
 * Reads the full account and routing number live. They go to the caller and nowhere else.
 * What the read says of the connection's health is stored.
 * @throws AppError NotFound, UserActionRequired, and what else upstream refuses with
 */
export async function readAccountDetails(deps: ReadAccountDetails, request: { merchantId: string; connectionId: string }): Promise<UpstreamAccount> {
  const stored = await findConnection(deps.connections, request.merchantId, request.connectionId);
  const readAt = deps.clock.now();
  try {
    const account = await deps.accounts.read(stored.merchantId, stored.id);
    await keepWhatChanged(deps, stored, account, readAt);
    return account;
  } catch (error) {
    if (error instanceof AppError && error.code === 'UserActionRequired') {
      await deps.connections.mark(stored.merchantId, stored.id, 'reconnect_required', readAt);
    }
    throw error;
  }
}

/** Saved rather than marked: a revocation from before this read, delivered once more, no longer counts. */
async function keepWhatChanged(deps: ReadAccountDetails, stored: Connection, account: UpstreamAccount, readAt: Date): Promise<void> {
  if (stored.checkedAt !== null && stored.status === account.connection.status) return;
  await deps.connections.renew({ ...stored, ...account.connection, checkedAt: readAt.toISOString() });
}
