import * as z from 'zod';
import { personScenarioOf } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeMerchant } from './authorize.ts';
import { aeropayMembers, requiredText } from './parameters.ts';
import type { NewPerson } from './people.ts';
import { phoneRefusal } from './phone-number.ts';
import { aeropayRefusal, malformedParameter } from './refusals.ts';
import { showUser } from './show-user.ts';

const name = /^\p{L}[\p{L}\p{M} ]*$/u;

/**
 * POST /v2/user: `{firstName, lastName, phoneNumber, email}` → `{user, mfaType}`.
 *
 * A phone number nobody has used becomes a new person, connected to the merchant at once (`mfaType` null), unless its
 * scenario says that the network knows it already. For a known person a code is sent, and **whatever connection this
 * merchant had to the person is gone** until confirmUser: upstream's own warning about calling this twice.
 */
export function createUser(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/v2/user',
    run(request) {
      const { name: merchant } = authorizeMerchant(simulation, request);
      const profile = readProfile(aeropayMembers(request));
      const scenario = personScenarioOf(profile);
      if (scenario.refusal !== undefined) throw aeropayRefusal(scenario.refusal);
      checkProfile(profile);

      const { people } = simulation;
      const known = people.withPhone(profile.phoneNumber);
      const person = known ?? people.add(profile);
      if (known === undefined && scenario.mfaType === null) {
        people.connect(person, merchant);
        return { status: 200, body: { user: showUser(person), mfaType: null } };
      }
      people.sendCode(person, merchant);
      return { status: 200, body: { user: showUser(person), mfaType: scenario.mfaType ?? 'sms' } };
    },
  };
}

function readProfile(members: Readonly<Record<string, unknown>>): NewPerson {
  return {
    firstName: requiredText(members, 'firstName'),
    lastName: requiredText(members, 'lastName'),
    phoneNumber: requiredText(members, 'phoneNumber'),
    email: requiredText(members, 'email'),
  };
}

function checkProfile(profile: NewPerson): void {
  if (!name.test(profile.firstName) || !name.test(profile.lastName)) throw aeropayRefusal('AP118');
  const wrongPhone = phoneRefusal(profile.phoneNumber);
  if (wrongPhone !== undefined) throw aeropayRefusal(wrongPhone);
  if (!z.email().safeParse(profile.email).success) throw malformedParameter('email', 'invalid email format');
}
