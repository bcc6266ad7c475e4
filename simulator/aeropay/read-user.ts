import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { authorizeUser } from './authorize.ts';
import { showConfirmedUser } from './show-user.ts';

/** GET /v2/user with a userForMerchant token → `{user}`. */
export function readUser(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'GET',
    path: '/v2/user',
    run: (request) => ({ status: 200, body: { user: showConfirmedUser(simulation, authorizeUser(simulation, request).person) } }),
  };
}
