import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeMerchant } from './authorize.ts';
import { confirmPerson } from './confirm-person.ts';
import { findV2Person } from './find-v2-person.ts';
import { aeropayMembers, requiredMerchantId, requiredText } from './parameters.ts';
import { aeropayRefusal } from './refusals.ts';
import { showConfirmedUser } from './show-user.ts';

/** POST /v2/confirmUser: `{userId, code, merchantId}` → `{user}`. Contradictions 6, 7 and 27. */
export function confirmUser(simulation: Simulation): UpstreamCall {
  const { contradictions } = simulation;
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/v2/confirmUser',
    run(request) {
      const merchant = authorizeMerchant(simulation, request);
      const members = aeropayMembers(request);
      const userId = requiredText(members, 'userId');
      const code = requiredText(members, 'code');
      const merchantId = contradictions.side(6) === 'A' ? undefined : requiredMerchantId(members, 'merchantId', contradictions.side(27));
      const person = findV2Person(simulation, userId);
      if (merchantId !== undefined && merchantId !== merchant.aeropay.merchantId) throw aeropayRefusal('AP009');

      const confirmed = confirmPerson(simulation, merchant.name, person, code);
      const { phoneNumber, ...user } = showConfirmedUser(simulation, confirmed);
      return { status: 200, body: { user: contradictions.side(7) === 'A' ? { ...user, phone: phoneNumber } : { ...user, phoneNumber } } };
    },
  };
}
