import type { Person } from '../aeropay/person.ts';
import { isUuid } from '../identifiers.ts';
import type { SimulatedMerchant } from '../merchants.ts';
import type { Simulation } from '../simulation.ts';
import { readMembers, type UpstreamCall } from '../upstream-call.ts';
import { checkCredentials, requiredText } from './credentials.ts';
import { aerosyncRefusal } from './refusals.ts';

/** POST /v2/token_widget: `{apiKey, apiSecret, aeroPassUserUuid}` → `{status, statusCode, token, userId}`, without a TTL. */
export function issueWidgetToken(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aerosync',
    method: 'POST',
    path: '/v2/token_widget',
    run(request) {
      const members = readMembers(request, () => aerosyncRefusal('AC-100'));
      const uuid = requiredText(members, 'aeroPassUserUuid');
      const merchant = checkCredentials(simulation, request, members);
      if (!isUuid(uuid)) throw aerosyncRefusal('AC-100', 'Required attribute is missing or has a wrong format: aeroPassUserUuid');
      const person = simulation.people.withId(uuid);
      if (person === undefined || !simulation.people.isConnected(person, merchant.name)) throw aerosyncRefusal('AC-102');
      const { token, userId } = mintWidgetToken(simulation, merchant, person);
      return { status: 200, body: { status: 'success', statusCode: 200, token, userId } };
    },
  };
}

/** A token for one widget session of one person, and the internal id that upstream hands out with it. */
export function mintWidgetToken(simulation: Simulation, merchant: SimulatedMerchant, person: Person): { token: string; userId: string } {
  const { tokens, ids, people } = simulation;
  people.dealtWith(person, merchant.name);
  const userId = ids.hex32();
  const claims = { jti: ids.uuid(), userId, userPassword: ids.hex32(), ClientId: merchant.name, ClientName: merchant.name };
  return { token: tokens.issue({ kind: 'aerosync_widget', merchant: merchant.name, personId: person.id }, claims), userId };
}
