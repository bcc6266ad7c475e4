import * as z from 'zod';
import { personScenarioOf } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import type { MfaType, NewPerson, Person } from './person.ts';
import { phoneRefusal } from './phone-number.ts';
import { aeropayRefusal, malformedParameter } from './refusals.ts';

const name = /^\p{L}[\p{L}\p{M} ]*$/u;

/** What both versions of the API refuse about a profile, the scenarios of test phones and e-mails first. */
export function checkProfile(profile: NewPerson, emailName: string): void {
  const { refusal } = personScenarioOf(profile);
  if (refusal !== undefined) throw aeropayRefusal(refusal);
  if (!name.test(profile.firstName) || !name.test(profile.lastName)) throw aeropayRefusal('AP118');
  const wrongPhone = phoneRefusal(profile.phoneNumber);
  if (wrongPhone !== undefined) throw aeropayRefusal(wrongPhone);
  if (!z.email().safeParse(profile.email).success) throw malformedParameter(emailName, 'invalid email format');
}

/**
 * Makes a person known to a merchant. A phone number nobody has used becomes a new person, connected at once (`codeBy` null), unless its
 * scenario says that the network knows it already. For a known person a code is sent, and **whatever connection this merchant had to the
 * person is gone** until the code is confirmed: upstream's own warning about calling this twice.
 * @param onFile the profile that the network has of somebody it knows but nobody has created here
 * @param newOnesToo whether a new person gets a code as well
 */
export function registerPerson(
  { people }: Simulation,
  merchant: string,
  profile: NewPerson,
  { onFile = profile, newOnesToo = false }: { onFile?: NewPerson; newOnesToo?: boolean } = {},
): { person: Person; codeBy: MfaType | null } {
  const { mfaType, codes } = personScenarioOf(profile);
  const known = people.withPhone(profile.phoneNumber);
  const person = known ?? people.add(mfaType === null ? profile : onFile);
  if (known === undefined && mfaType === null && !newOnesToo) {
    people.connect(person, merchant);
    return { person, codeBy: null };
  }
  people.sendCode(person, merchant, codes);
  return { person, codeBy: mfaType ?? 'sms' };
}
