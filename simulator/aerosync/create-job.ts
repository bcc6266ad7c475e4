import type { Connection } from '../bank/connections.ts';
import { everyDay, isDay, lastNinetyDays, type Window } from '../bank/days.ts';
import type { Job, JobKind } from '../bank/job.ts';
import { shownConnectionId } from '../bank/shown-connection-id.ts';
import type { Json } from '../json-text.ts';
import type { Side } from '../contradictions/contradiction-table.ts';
import type { Simulation } from '../simulation.ts';
import { readMembers, type UpstreamCall } from '../upstream-call.ts';
import { authorizeConnection } from './authorize.ts';
import { aerosyncRefusal } from './refusals.ts';

const paths: Readonly<Record<JobKind, string>> = { balance: 'refresh', transactions: 'transactions', identity: 'identity' };

/**
 * POST /v2/accounts/{connectionId}/refresh, /transactions or /identity → `{status, statusCode, …Status:"Initiated", jobId, userId, connectionId}`.
 * Contradictions 11, 13, 14 and 29.
 */
export function createJob(simulation: Simulation, kind: JobKind): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'POST',
    path: `/v2/accounts/:connectionId/${paths[kind]}`,
    run(request) {
      const connection = authorizeConnection(simulation, request);
      const members = readMembers(request, () => aerosyncRefusal('AC-100'));
      if (connection.scenario.manual && kind !== 'identity') throw aerosyncRefusal('AC-105');
      if (connection.consent !== 'CONNECTED') throw aerosyncRefusal('AC-104');
      const window = kind === 'transactions' ? readWindow(simulation, members) : undefined;
      refuseWhileBusy(simulation, connection);
      return { status: 200, body: showCreated(simulation, simulation.jobs.start(connection, kind, window)) };
    },
  };
}

function showCreated({ contradictions }: Simulation, { id: jobId, kind, connection }: Job): Json {
  const id = shownConnectionId(contradictions, connection.id);
  return { status: 'success', statusCode: 200, [statusKey(contradictions.side(13), kind)]: 'Initiated', jobId, userId: id, connectionId: id };
}

/** Under which key the reply says `Initiated`: even a balance job's says `identityStatus`, as upstream's does. */
function statusKey(side: Side | undefined, kind: JobKind): string {
  if (side === 'C') return 'status';
  return side === 'B' && kind === 'transactions' ? 'transactionStatus' : 'identityStatus';
}

/** One job at a time per connection. The scenario `busy` lets somebody else's job start first, once. */
function refuseWhileBusy({ jobs, connections }: Simulation, connection: Connection): void {
  if (connection.scenario.occupiedSeconds > 0 && !connection.wasOccupied) {
    connections.occupied(connection);
    jobs.occupy(connection);
  }
  if (jobs.running(connection) !== undefined) throw aerosyncRefusal('AC-112');
}

/** `startDate` and `endDate`, each optional and `YYYY-MM-DD`; AC-100 for anything else and for an end before the start. Older: no dates at all. */
function readWindow({ clock, contradictions }: Simulation, members: Readonly<Record<string, unknown>>): Window {
  if (contradictions.side(14) === 'A') return everyDay;
  const usual = lastNinetyDays(clock.now());
  const window = { startDate: readDay(members, 'startDate') ?? usual.startDate, endDate: readDay(members, 'endDate') ?? usual.endDate };
  if (window.startDate > window.endDate) throw aerosyncRefusal('AC-100', 'startDate must not be after endDate');
  return window;
}

function readDay(members: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !isDay(value)) throw aerosyncRefusal('AC-100', `${name} must be a date of the form YYYY-MM-DD`);
  return value;
}
