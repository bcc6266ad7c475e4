import type { Simulation } from '../simulation.ts';
import { Refusal, type UpstreamCall } from '../upstream-call.ts';
import { findV2Person } from './find-v2-person.ts';
import { mintToken } from './mint-token.ts';
import { aeropayRefusal } from './refusals.ts';

/** POST /v2/token: `{scope, apiKey, apiSecret, id, userId?}` → `{TTL, token}`. Contradictions 1, 5, 26 and 27. */
export function issueToken(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/v2/token',
    run(request) {
      const olderNames = simulation.contradictions.side(1) === 'A';
      return mintToken(simulation, request, {
        keyName: olderNames ? 'api_key' : 'apiKey',
        secretName: olderNames ? 'api_secret' : 'apiSecret',
        findPerson: (userId) => findV2Person(simulation, userId),
        wrongCredentials: () => wrongCredentials(simulation),
      });
    },
  };
}

function wrongCredentials({ contradictions }: Simulation): Refusal {
  switch (contradictions.side(5)) {
    case 'B':
      return aeropayRefusal('AP002', undefined, 401);
    case 'C':
      return aeropayRefusal('AP002', undefined, 200);
    case 'D':
      return new Refusal(401, { error: { code: 'AC-101', message: 'Invalid key and secret.' } });
    default:
      return aeropayRefusal('AP002');
  }
}
