import { mintWidgetToken } from '../aerosync/issue-widget-token.ts';
import type { SimulatedMerchant } from '../merchants.ts';
import { personScenarioOf } from '../scenarios.ts';
import type { Simulation } from '../simulation.ts';
import { Refusal, type UpstreamCall, type UpstreamRequest } from '../upstream-call.ts';
import { authorizeUser } from './authorize.ts';
import { checkAggregator } from './link-connection.ts';
import type { Person } from './person.ts';
import { aeropayRefusal } from './refusals.ts';

/**
 * GET /v2/aggregatorCredentials?aggregator=aerosync with a userForMerchant token → `{fastlinkURL, token, username}`. A parameter that is
 * missing or malformed is refused without an AP code.
 */
export function aggregatorCredentials(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'GET',
    path: '/v2/aggregatorCredentials',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request);
      const aggregator = request.query.get('aggregator') ?? '';
      if (aggregator === '') throw new Refusal(400, { code: 'MISSING_PARAMETER', message: 'aggregator is required' });
      if (!/^\w{1,32}$/.test(aggregator)) throw new Refusal(400, { code: 'INVALID_FORMAT', message: 'aggregator has an invalid format' });
      return { status: 200, body: credentialsFor(simulation, request, merchant, person) };
    },
  };
}

/** The widget's URL and token: AP407 for a person who may not link, AP408 for another aggregator, AP409 for a malformed `redirectURI`. */
export function credentialsFor(
  simulation: Simulation,
  { query }: UpstreamRequest,
  merchant: SimulatedMerchant,
  person: Person,
): { fastlinkURL: string; token: string; username: string } {
  if (personScenarioOf(person).mayNotLink) throw aeropayRefusal('AP407');
  checkAggregator(query.get('aggregator') ?? '', query.get('redirectURI'));
  const { token, userId } = mintWidgetToken(simulation, merchant, person);
  return { fastlinkURL: `${simulation.widgetOrigin()}/`, token, username: userId };
}
