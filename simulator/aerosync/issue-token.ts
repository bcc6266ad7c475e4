import { shownTtl } from '../shown-ttl.ts';
import type { Simulation } from '../simulation.ts';
import { readMembers, type UpstreamCall } from '../upstream-call.ts';
import { checkCredentials } from './credentials.ts';
import { aerosyncRefusal } from './refusals.ts';

/** POST /v2/token: `{apiKey, apiSecret}` → `{status, statusCode, TTL, token}`. Contradiction 26. */
export function issueToken(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'POST',
    path: '/v2/token',
    run(request) {
      const members = readMembers(request, () => aerosyncRefusal('AC-100'));
      const merchant = checkCredentials(simulation, request, members);
      const token = simulation.tokens.issue(
        { kind: 'aerosync_api', merchant: merchant.name },
        { jti: simulation.ids.uuid(), ClientId: merchant.name, ClientName: merchant.name },
      );
      return { status: 200, body: { status: 'success', statusCode: 200, TTL: shownTtl(simulation, 'aerosync_api'), token } };
    },
  };
}
