import type { ApiClient, NewPerson } from '../support/api-client.ts';
import type { Connection, User } from '../support/api-shapes.ts';
import type { Scenario, SimulatorControl } from './simulator-control.ts';

let people = 0;

/** Somebody nobody knows, neither here nor upstream. */
export function aPerson(over: Partial<NewPerson> = {}): NewPerson {
  people += 1;
  return { externalId: `customer-${people}`, firstName: 'Jane', lastName: 'Doe', phoneNumber: `+1202444${String(people).padStart(4, '0')}`, email: `jane.${people}@example.com`, ...over };
}

/** A new person, known to upstream and active here. */
export async function aUser(api: ApiClient, over: Partial<NewPerson> = {}): Promise<User> {
  return (await api.createUser(aPerson(over))).body;
}

/** A new person with one linked bank. */
export async function aConnection(api: ApiClient, simulator: SimulatorControl, scenario: Omit<Scenario, 'aeroPassUserUuid'>): Promise<Connection> {
  const user = await aUser(api);
  const { body } = await api.saveConnections(user.id, await simulator.link({ ...scenario, aeroPassUserUuid: user.aeroPassUserUuid }));
  const [connection] = body.items;
  if (connection === undefined) throw new Error('no connection was saved');
  return connection;
}
