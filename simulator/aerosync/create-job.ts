import type { Connection } from '../bank/connections.ts';
import { isDay, lastNinetyDays, type Window } from '../bank/days.ts';
import type { Job, JobKind } from '../bank/jobs.ts';
import type { Simulation } from '../simulation.ts';
import { readMembers, type UpstreamCall } from '../upstream-call.ts';
import { authorizeConnection } from './authorize.ts';
import { aerosyncRefusal } from './refusals.ts';

/** Last part of the path, and under which key the reply says `Initiated`: the balance job's says `identityStatus`, as upstream's does. */
const creates: Readonly<Record<JobKind, { path: string; statusKey: string }>> = {
  balance: { path: 'refresh', statusKey: 'identityStatus' },
  transactions: { path: 'transactions', statusKey: 'transactionStatus' },
  identity: { path: 'identity', statusKey: 'identityStatus' },
};

/** POST /v2/accounts/{connectionId}/refresh, /transactions or /identity → `{status, statusCode, …Status:"Initiated", jobId, userId, connectionId}`. */
export function createJob(simulation: Simulation, kind: JobKind): UpstreamCall {
  const { path, statusKey } = creates[kind];
  return {
    upstream: 'aerosync',
    method: 'POST',
    path: `/v2/accounts/:connectionId/${path}`,
    run(request) {
      const connection = authorizeConnection(simulation, request);
      const members = readMembers(request, () => aerosyncRefusal('AC-100'));
      if (connection.scenario.manual && kind !== 'identity') throw aerosyncRefusal('AC-105');
      if (connection.consent !== 'CONNECTED') throw aerosyncRefusal('AC-104');
      const window = kind === 'transactions' ? readWindow(members, simulation.clock.now()) : undefined;
      refuseWhileBusy(simulation, connection);
      return { status: 200, body: showCreated(simulation.jobs.start(connection, kind, window), statusKey) };
    },
  };
}

function showCreated({ id, connection }: Job, statusKey: string): Record<string, string | number> {
  return { status: 'success', statusCode: 200, [statusKey]: 'Initiated', jobId: id, userId: connection.id, connectionId: connection.id };
}

/** One job at a time per connection. The scenario `busy` lets somebody else's job start first, once. */
function refuseWhileBusy({ jobs }: Simulation, connection: Connection): void {
  if (connection.scenario.occupiedSeconds > 0 && !connection.wasOccupied) {
    connection.wasOccupied = true;
    jobs.occupy(connection);
  }
  if (jobs.running(connection) !== undefined) throw aerosyncRefusal('AC-112');
}

/** `startDate` and `endDate`, each optional and `YYYY-MM-DD`; AC-100 for anything else and for an end before the start. */
function readWindow(members: Readonly<Record<string, unknown>>, now: number): Window {
  const usual = lastNinetyDays(now);
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
