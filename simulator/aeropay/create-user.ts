import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeMerchant } from './authorize.ts';
import { aeropayMembers, requiredText } from './parameters.ts';
import type { MfaType, Person } from './person.ts';
import { checkProfile, registerPerson } from './register-person.ts';
import { showUser } from './show-user.ts';

/** POST /v2/user: `{firstName, lastName, phoneNumber, email}` → `{user, mfaType}`. Contradictions 2, 3, 4, 8 and 9. */
export function createUser(simulation: Simulation): UpstreamCall {
  const { contradictions } = simulation;
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/v2/user',
    run(request) {
      const { name: merchant } = authorizeMerchant(simulation, request);
      const members = aeropayMembers(request);
      const emailName = contradictions.side(2) === 'A' ? 'emailAddress' : 'email';
      const profile = {
        firstName: requiredText(members, 'firstName'),
        lastName: requiredText(members, 'lastName'),
        phoneNumber: requiredText(members, 'phoneNumber'),
        email: requiredText(members, emailName),
      };
      checkProfile(profile, emailName);
      const { person, codeBy } = registerPerson(simulation, merchant, profile, { newOnesToo: contradictions.side(9) === 'B' });
      const mfaType = codeBy !== null && contradictions.side(8) === 'A' ? 'email' : codeBy;
      return { status: 200, body: contradictions.side(3) === 'A' ? showAsGuideDoes(person, mfaType) : { user: showUser(simulation, person), mfaType } };
    },
  };
}

/** As the integration guide shows it, which has no `mfaType`: left out where no code was sent, since without it nobody could know of one. */
function showAsGuideDoes({ id, number, firstName, lastName }: Person, mfaType: MfaType | null): Json {
  return { success: true, user: { aeroPassUserUuid: id, userId: number, firstName, lastName }, mfaType: mfaType ?? undefined };
}
