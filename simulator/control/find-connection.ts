import type { Connection } from '../bank/connections.ts';
import { undashed } from '../identifiers.ts';
import type { Simulation } from '../simulation.ts';
import { ControlRefusal, type ControlRequest } from './control-route.ts';

/** The connection of the path, with or without dashes; 404 when there is none. */
export function findConnection({ connections }: Simulation, { params }: ControlRequest): Connection {
  const connection = connections.withId(undashed(params['connectionId'] ?? '') ?? '');
  if (connection === undefined) throw new ControlRefusal(404, 'There is no such connection: link one with POST /sim/connections first.');
  return connection;
}
