import { authorizeMerchant } from '../aeropay/authorize.ts';
import { aeropayMembers, requiredMerchantId, requiredText } from '../aeropay/parameters.ts';
import { aeropayRefusal } from '../aeropay/refusals.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';

/**
 * DELETE /userMerchantVerification: `{userId, merchantId}` → `{success:true, error:null, message, userId}`. The sandbox's helper that
 * makes a person a stranger to the merchant again, so that the next POST /user sends a code.
 */
export function unverifyUser(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'DELETE',
    path: '/userMerchantVerification',
    run(request) {
      const merchant = authorizeMerchant(simulation, request, 'authorizationtoken');
      const members = aeropayMembers(request);
      const person = simulation.people.withAnyId(requiredText(members, 'userId'));
      if (requiredMerchantId(members, 'merchantId', simulation.contradictions.side(27)) !== merchant.aeropay.merchantId) throw aeropayRefusal('AP009');
      if (person === undefined) throw aeropayRefusal('AP113');
      simulation.people.disconnect(person, merchant.name);
      return { status: 200, body: { success: true, error: null, message: 'User merchant verification removed', userId: person.number } };
    },
  };
}
