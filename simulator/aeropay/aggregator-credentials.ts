import { mintWidgetToken } from '../aerosync/issue-widget-token.ts';
import type { Simulation } from '../simulation.ts';
import { Refusal, type UpstreamCall } from '../upstream-call.ts';
import { authorizeUser } from './authorize.ts';
import { aeropayRefusal } from './refusals.ts';

/** GET /v2/aggregatorCredentials?aggregator=aerosync with a userForMerchant token → `{fastlinkURL, token, username}`. */
export function aggregatorCredentials(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'GET',
    path: '/v2/aggregatorCredentials',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request);
      const aggregator = request.query.get('aggregator');
      if (aggregator === null || aggregator === '') {
        throw new Refusal(400, { code: 'MISSING_PARAMETER', message: 'aggregator is required' });
      }
      if (aggregator !== 'aerosync') throw aeropayRefusal('AP408');
      const { token, userId } = mintWidgetToken(simulation, merchant, person);
      return { status: 200, body: { fastlinkURL: `${simulation.widgetOrigin()}/`, token, username: userId } };
    },
  };
}
