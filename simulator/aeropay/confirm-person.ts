import type { Simulation } from '../simulation.ts';
import type { Person } from './person.ts';
import { aeropayRefusal } from './refusals.ts';

/** Tries a code: AP113 nobody has the id, AP111 wrong code, AP112 too many tries. */
export function confirmPerson({ people }: Simulation, merchant: string, person: Person | undefined, code: string): Person {
  if (person === undefined) throw aeropayRefusal('AP113');
  const outcome = people.confirm(person, merchant, code);
  if (outcome === 'wrong') throw aeropayRefusal('AP111');
  if (outcome === 'too_many') throw aeropayRefusal('AP112');
  return person;
}
