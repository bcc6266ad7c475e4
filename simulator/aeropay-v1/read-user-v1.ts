import { authorizeUser } from '../aeropay/authorize.ts';
import { aeropayRefusal, missingParameter } from '../aeropay/refusals.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { showUserV1 } from './show-user-v1.ts';

/** GET /user?id= with a userForMerchant token → `{success:1, user}`, with the bank accounts; AP113 for another id than the token's. */
export function readUserV1(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'GET',
    path: '/user',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request, 'authorizationtoken');
      const id = request.query.get('id');
      if (id === null || id === '') throw missingParameter('id');
      if (simulation.people.withAnyId(id) !== person) throw aeropayRefusal('AP113');
      return { status: 200, body: { success: 1, user: showUserV1(simulation, merchant.name, person) } };
    },
  };
}
