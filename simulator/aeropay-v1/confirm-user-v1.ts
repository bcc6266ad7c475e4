import { authorizeMerchant } from '../aeropay/authorize.ts';
import { confirmPerson } from '../aeropay/confirm-person.ts';
import { aeropayMembers, requiredText } from '../aeropay/parameters.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';

/** POST /confirmUser: `{userId, code}` → `{success:true, error:null}`; AP111, AP112, AP113. */
export function confirmUserV1(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/confirmUser',
    run(request) {
      const merchant = authorizeMerchant(simulation, request, 'authorizationtoken');
      const members = aeropayMembers(request);
      const userId = requiredText(members, 'userId');
      confirmPerson(simulation, merchant.name, simulation.people.withAnyId(userId), requiredText(members, 'code'));
      return { status: 200, body: { success: true, error: null } };
    },
  };
}
