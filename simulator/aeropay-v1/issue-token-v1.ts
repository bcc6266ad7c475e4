import { mintToken } from '../aeropay/mint-token.ts';
import { aeropayRefusal } from '../aeropay/refusals.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';

/** POST /token: `{scope, api_key, api_secret, id, userId?}` → `{TTL, token}`; `userId` is v1's number or the UUID. */
export function issueTokenV1(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/token',
    run: (request) =>
      mintToken(simulation, request, {
        keyName: 'api_key',
        secretName: 'api_secret',
        findPerson: (userId) => simulation.people.withAnyId(userId),
        wrongCredentials: () => aeropayRefusal('AP002'),
      }),
  };
}
