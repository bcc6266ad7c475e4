import { inParallel } from './in-parallel.ts';
import type { World } from './world.ts';

/** The most accounts that one visit of the widget links. */
const perPerson = 20;

/** As many connections as asked for, of people with up to 20 each. */
export async function linkConnections({ api, simulator }: Pick<World, 'api' | 'simulator'>, count: number, scenario: { readonly scenario: string; readonly jobSeconds?: number }): Promise<string[]> {
  const people = Array.from({ length: Math.ceil(count / perPerson) }, (_, index) => Math.min(perPerson, count - index * perPerson));
  const linked = await inParallel(people, 4, async (accounts, index) => {
    const { body: user } = await api.createUser({ externalId: `person-${index}`, firstName: 'Jane', lastName: 'Doe', phoneNumber: `+1202${String(2_000_000 + index)}`, email: `jane.${index}@example.com` });
    const { body } = await api.saveConnections(user.id, await simulator.link({ ...scenario, accounts, aeroPassUserUuid: user.aeroPassUserUuid }));
    return body.items.map(({ id }) => id);
  });
  return linked.flat();
}
