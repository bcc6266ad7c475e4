import type { Connection } from '../bank/connections.ts';
import { undashed } from '../identifiers.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamRequest } from '../upstream-call.ts';
import { aerosyncRefusal } from './refusals.ts';

/** The merchant of an API token. A missing, expired and wrong token all get the same 403 AC-001, as upstream does. */
export function authorizeApi(simulation: Simulation, request: UpstreamRequest): string {
  const reading = simulation.tokens.read(request.headers.authorization);
  if (reading.state !== 'valid' || reading.use.kind !== 'aerosync_api') throw aerosyncRefusal('AC-001');
  request.actFor(reading.use.merchant);
  return reading.use.merchant;
}

/** The connection of the path: AC-100 when the id has no such form, AC-102 when it is unknown or another merchant's. */
export function authorizeConnection(simulation: Simulation, request: UpstreamRequest): Connection {
  const merchant = authorizeApi(simulation, request);
  const id = undashed(request.params['connectionId'] ?? '');
  if (id === undefined) throw aerosyncRefusal('AC-100');
  const connection = simulation.connections.withId(id);
  if (connection?.merchant !== merchant) throw aerosyncRefusal('AC-102');
  return connection;
}
