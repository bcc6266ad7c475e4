import type { Json } from '../json-text.ts';
import type { Person } from './people.ts';

/** `user` as POST /v2/user sends it. */
export function showUser(person: Person): Record<string, Json> {
  return {
    id: person.id,
    firstName: person.firstName,
    lastName: person.lastName,
    type: 'consumer',
    email: person.email,
    phoneNumber: person.phoneNumber,
    createdDate: aeropayDate(person.createdAt),
  };
}

/** `user` as confirmUser and GET /v2/user send it. */
export function showConfirmedUser(person: Person): Record<string, Json> {
  return { ...showUser(person), userStatus: 'Active' };
}

/** Aeropay's dates: `2025-06-24T20:24:21+00:00`. */
export function aeropayDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;
}
