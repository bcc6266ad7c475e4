import type { Connection } from '../domain/connection.ts';
import type { Clock, ConnectionRepository, Counters, UpstreamAccounts } from '../ports.ts';
import { inBatches } from './in-batches.ts';
import { refreshConnection } from './refresh-connection.ts';

export interface CheckExpiringConnections {
  readonly connections: ConnectionRepository;
  readonly accounts: UpstreamAccounts;
  readonly counters: Counters;
  readonly clock: Clock;
}

const dayMs = 86_400_000;
/** From when on an expiry is watched. */
const watchedMs = 30 * dayMs;
/** Once a day each, with an hour to spare, since the check runs every hour. */
const betweenMs = dayMs - 3_600_000;
/** Calls upstream side by side: this is nobody's hurry. */
const atOnce = 4;

/**
 * Reads every connection again that expires within 30 days, or did so since yesterday, once a day each: its consent may have been renewed
 * or withdrawn, and few banks send word. One that cannot be read now is read in an hour.
 * @param isTimeLeft whether another connection may be begun; what is left out comes in an hour
 * @throws the first failure that is not upstream's, once all the others were read
 */
export async function checkExpiringConnections(deps: CheckExpiringConnections, isTimeLeft: () => boolean): Promise<{ checked: number }> {
  let checked = 0;
  const failures: unknown[] = [];
  const now = deps.clock.now().getTime();
  const window = { from: new Date(now - dayMs), to: new Date(now + watchedMs) };
  await inBatches(deps.connections.listExpiring(window), atOnce, async ({ merchantId, connectionId }) => {
    if (!isTimeLeft()) return;
    try {
      const connection = await deps.connections.find(merchantId, connectionId);
      if (connection === undefined || !isDue(connection, now)) return;
      const found = await refreshConnection(deps, connection);
      checked += 1;
      if (found.checkedAt === connection.checkedAt) deps.counters.count('ExpiringConnectionUnread');
    } catch (error) {
      failures.push(error);
      deps.counters.count('ExpiringConnectionUnread');
    }
  });
  if (failures.length > 0) throw failures[0];
  return { checked };
}

/** One that is marked is read when the person comes back. */
function isDue({ status, checkedAt }: Connection, now: number): boolean {
  if (status !== 'connected' && status !== 'unknown') return false;
  return checkedAt === null || now - Date.parse(checkedAt) >= betweenMs;
}
