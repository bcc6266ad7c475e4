import { randomUUID } from 'node:crypto';

export interface StandInPerson {
  readonly uuid: string;
  /** What the older API calls them. */
  readonly userId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly phoneNumber: string;
  readonly email: string;
  /** Linked for payments, as 32 hex digits. */
  readonly bankConnections: string[];
  confirmed: boolean;
}

/** Everybody at Aeropay, whichever of its APIs created them. */
export class StandInPeople {
  readonly #people: StandInPerson[] = [];
  readonly #knownPhones: readonly string[];

  /** @param knownPhones people whom the network knows: these are sent a code */
  constructor(knownPhones: readonly string[]) {
    this.#knownPhones = knownPhones;
  }

  add(profile: Pick<StandInPerson, 'firstName' | 'lastName' | 'phoneNumber' | 'email'>): StandInPerson {
    const person = { ...profile, uuid: randomUUID(), userId: String(1102575 + this.#people.length), bankConnections: [], confirmed: !this.#knownPhones.includes(profile.phoneNumber) };
    this.#people.push(person);
    return person;
  }

  /** By either id, in any case. */
  find(id: unknown): StandInPerson | undefined {
    return typeof id === 'string' ? this.#people.find(({ uuid, userId }) => [uuid, userId].includes(id.toLowerCase())) : undefined;
  }

  first(fits: (person: StandInPerson) => boolean): StandInPerson | undefined {
    return this.#people.find(fits);
  }
}
