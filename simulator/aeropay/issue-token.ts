import { isUuid } from '../identifiers.ts';
import type { SimulatedMerchant } from '../merchants.ts';
import type { Simulation } from '../simulation.ts';
import { tokenLifetimeSeconds } from '../tokens.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { aeropayMembers, requiredMerchantId, requiredText } from './parameters.ts';
import { aeropayRefusal, malformedParameter } from './refusals.ts';

/** POST /v2/token: `{scope, apiKey, apiSecret, id, userId?}` → `{TTL:1800, token}`, the TTL as a number. */
export function issueToken(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'aeropay',
    method: 'POST',
    path: '/v2/token',
    run(request) {
      const members = aeropayMembers(request);
      const scope = requiredText(members, 'scope');
      const apiKey = requiredText(members, 'apiKey');
      const apiSecret = requiredText(members, 'apiSecret');
      if (scope !== 'merchant' && scope !== 'userForMerchant') throw aeropayRefusal('AP700', 'Invalid scope');
      const merchantId = requiredMerchantId(members, 'id');
      const userId = scope === 'userForMerchant' ? requiredText(members, 'userId') : undefined;

      const merchant = simulation.merchants.withAeropayKey(apiKey);
      if (merchant?.aeropay.apiSecret !== apiSecret) throw aeropayRefusal('AP002');
      request.actFor(merchant.name);
      if (merchant.aeropay.merchantId !== merchantId) throw aeropayRefusal('AP009');

      const token = userId === undefined ? merchantToken(simulation, merchant) : userToken(simulation, merchant, userId);
      return { status: 200, body: { TTL: tokenLifetimeSeconds, token } };
    },
  };
}

function merchantToken({ tokens, ids }: Simulation, { name, aeropay }: SimulatedMerchant): string {
  return tokens.issue(
    { kind: 'aeropay_merchant', merchant: name },
    { auth: aeropay.merchantId, sub: 'merchant', jti: ids.uuid(), username: `us-east-1:${ids.uuid()}` },
  );
}

function userToken({ tokens, ids, people }: Simulation, { name, aeropay }: SimulatedMerchant, userId: string): string {
  if (!isUuid(userId)) throw malformedParameter('userId', 'invalid username format');
  const person = people.withId(userId);
  if (person === undefined || !people.isConnected(person, name)) {
    throw aeropayRefusal('AP002', "User ID doesn't exist or hasn't been associated with this merchant.");
  }
  return tokens.issue(
    { kind: 'aeropay_user', merchant: name, personId: person.id },
    {
      auth: aeropay.merchantId,
      sub: 'userformerchant',
      jti: ids.uuid(),
      username: `us-east-1:${person.id}`,
      metadata: { merchant_id: aeropay.merchantId },
    },
  );
}
