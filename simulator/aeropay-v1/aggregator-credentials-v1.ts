import { credentialsFor } from '../aeropay/aggregator-credentials.ts';
import { authorizeUser } from '../aeropay/authorize.ts';
import { missingParameter } from '../aeropay/refusals.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';

/** GET /aggregatorCredentials?aggregator=aerosync with a userForMerchant token → `{success:true, fastlinkURL, token, username}`. */
export function aggregatorCredentialsV1(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'GET',
    path: '/aggregatorCredentials',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request, 'authorizationtoken');
      if ((request.query.get('aggregator') ?? '') === '') throw missingParameter('aggregator');
      return { status: 200, body: { success: true, ...credentialsFor(simulation, request, merchant, person) } };
    },
  };
}
