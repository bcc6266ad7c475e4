import { isUuid } from '../identifiers.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeMerchant } from './authorize.ts';
import { aeropayMembers, requiredMerchantId, requiredText } from './parameters.ts';
import { aeropayRefusal, malformedParameter } from './refusals.ts';
import { showConfirmedUser } from './show-user.ts';

/** POST /v2/confirmUser: `{userId, code, merchantId}` → `{user}`; AP111 wrong code, AP112 too many tries, AP113 nobody has this id. */
export function confirmUser(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/v2/confirmUser',
    run(request) {
      const merchant = authorizeMerchant(simulation, request);
      const members = aeropayMembers(request);
      const userId = requiredText(members, 'userId');
      const code = requiredText(members, 'code');
      const merchantId = requiredMerchantId(members, 'merchantId');
      if (!isUuid(userId)) throw malformedParameter('userId', 'invalid username format');
      if (merchantId !== merchant.aeropay.merchantId) throw aeropayRefusal('AP009');

      const person = simulation.people.withId(userId);
      if (person === undefined) throw aeropayRefusal('AP113');
      const outcome = simulation.people.confirm(person, merchant.name, code);
      if (outcome === 'wrong') throw aeropayRefusal('AP111');
      if (outcome === 'too_many') throw aeropayRefusal('AP112');
      return { status: 200, body: { user: showConfirmedUser(person) } };
    },
  };
}
