import { authorizeUser } from '../aeropay/authorize.ts';
import { checkAggregator, linkConnection } from '../aeropay/link-connection.ts';
import { aeropayMembers, requiredText } from '../aeropay/parameters.ts';
import type { Person } from '../aeropay/person.ts';
import type { Connection } from '../bank/connections.ts';
import { undashed } from '../identifiers.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { showBankAccountV1 } from './show-user-v1.ts';

/**
 * POST /linkAccountFromAggregator: `{user_id, user_password, aggregator}` → `{userBankInfo, success:true}`. `user_password` is the one in
 * the payload of old SDKs or the connectionId of newer ones; `user_id` is theirs too: the connectionId, which is Aerosync's user id, or the
 * person's aeroPassUserUuid.
 */
export function linkBankAccountV1(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/linkAccountFromAggregator',
    run(request) {
      const { merchant, person } = authorizeUser(simulation, request, 'authorizationtoken');
      const members = aeropayMembers(request);
      const userId = requiredText(members, 'user_id');
      const password = requiredText(members, 'user_password');
      checkAggregator(requiredText(members, 'aggregator'), members['redirectURI']);

      const { account } = linkConnection(simulation, merchant, person, findConnection(simulation, person, userId, password));
      return { status: 200, body: { userBankInfo: showBankAccountV1(simulation, person, account), success: true } };
    },
  };
}

function findConnection({ connections }: Simulation, person: Person, userId: string, password: string): Connection | undefined {
  const connection = connections.withId(undashed(password) ?? '') ?? connections.withId(undashed(userId) ?? '');
  if (connection === undefined) return undefined;
  const passwordFits = password === connection.password || undashed(password) === connection.id;
  const userFits = undashed(userId) === connection.id || userId.toLowerCase() === person.id;
  return passwordFits && userFits ? connection : undefined;
}
