import { authorizeMerchant } from '../aeropay/authorize.ts';
import { aeropayMembers, requiredText } from '../aeropay/parameters.ts';
import type { NewPerson, Person } from '../aeropay/person.ts';
import { aeropayRefusal } from '../aeropay/refusals.ts';
import { checkProfile, registerPerson } from '../aeropay/register-person.ts';
import type { Json } from '../json-text.ts';
import { personScenarioOf } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { maskedEmail } from './masked-email.ts';
import { showUserV1 } from './show-user-v1.ts';

/**
 * POST /user: `{first_name, last_name, phone_number, email}` → `{success:true, user}` for somebody new. With `X-API-Version: 1.1`
 * somebody the network knows gets a code by e-mail and the reply is `{success:true, error:null, existingUser, displayMessage}`; without
 * that header it is AP107 and nothing happens.
 */
export function createUserV1(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/user',
    run(request) {
      const { name: merchant } = authorizeMerchant(simulation, request, 'authorizationtoken');
      const members = aeropayMembers(request);
      const profile = {
        firstName: requiredText(members, 'first_name'),
        lastName: requiredText(members, 'last_name'),
        phoneNumber: requiredText(members, 'phone_number'),
        email: requiredText(members, 'email'),
      };
      checkProfile(profile, 'email');
      if (request.headers['x-api-version'] !== '1.1' && isKnown(simulation, profile)) throw aeropayRefusal('AP107');

      const { person, codeBy } = registerPerson(simulation, merchant, profile, { onFile: { ...profile, email: emailOnFile(profile.email) } });
      return { status: 200, body: codeBy === null ? { success: true, user: showUserV1(simulation, merchant, person) } : showExisting(person) };
    },
  };
}

function isKnown({ people }: Simulation, profile: NewPerson): boolean {
  return people.withPhone(profile.phoneNumber) !== undefined || personScenarioOf(profile).mfaType !== null;
}

/** The network knows its people by an address of their own, as in upstream's example, where janedoe@aeropay.com is janedoe@gmail.com. */
function emailOnFile(email: string): string {
  return `${email.slice(0, email.lastIndexOf('@'))}@gmail.com`;
}

/** Says `success: true` although the person cannot be used yet. */
function showExisting({ number, phoneNumber, email }: Person): Json {
  return {
    success: true,
    error: null,
    existingUser: { userId: number, phone: phoneNumber, email },
    displayMessage: `You've previously used AeroPay to pay another business. Please verify your identity by entering the pin sent to your email ${maskedEmail(email)}`,
  };
}
