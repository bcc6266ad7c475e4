import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { Person } from './person.ts';

/** `user` as POST /v2/user sends it. */
export function showUser({ contradictions }: Pick<Simulation, 'contradictions'>, person: Person): Record<string, Json | undefined> {
  return {
    id: person.id,
    aeroPassUserUuid: contradictions.side(4) === 'A' ? person.id : undefined,
    firstName: person.firstName,
    lastName: person.lastName,
    type: 'consumer',
    email: person.email,
    phoneNumber: person.phoneNumber,
    createdDate: aeropayDate(person.createdAt),
  };
}

/** `user` as confirmUser and GET /v2/user send it. */
export function showConfirmedUser(simulation: Pick<Simulation, 'contradictions'>, person: Person): Record<string, Json | undefined> {
  return { ...showUser(simulation, person), userStatus: 'Active' };
}

/** Aeropay's dates: `2025-06-24T20:24:21+00:00`. */
export function aeropayDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;
}
