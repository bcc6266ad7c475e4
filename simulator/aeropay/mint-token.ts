import type { SimulatedMerchant } from '../merchants.ts';
import { shownTtl } from '../shown-ttl.ts';
import type { Simulation } from '../simulation.ts';
import type { TokenUse } from '../tokens.ts';
import type { Refusal, UpstreamReply, UpstreamRequest } from '../upstream-call.ts';
import { aeropayMembers, requiredMerchantId, requiredText } from './parameters.ts';
import type { Person } from './person.ts';
import { aeropayRefusal } from './refusals.ts';

/** What the two versions of the API word differently. */
export interface TokenDialect {
  readonly keyName: string;
  readonly secretName: string;
  /** Undefined when nobody has this id; throws when it cannot be one. */
  readonly findPerson: (userId: string) => Person | undefined;
  readonly wrongCredentials: () => Refusal;
}

/** A token of scope `merchant` or `userForMerchant` → `{TTL, token}`. */
export function mintToken(simulation: Simulation, request: UpstreamRequest, dialect: TokenDialect): UpstreamReply {
  const members = aeropayMembers(request);
  const scope = requiredText(members, 'scope');
  const apiKey = requiredText(members, dialect.keyName);
  const apiSecret = requiredText(members, dialect.secretName);
  if (scope !== 'merchant' && scope !== 'userForMerchant') throw aeropayRefusal('AP700', 'Invalid scope');
  const merchantId = requiredMerchantId(members, 'id', simulation.contradictions.side(27));
  const userId = scope === 'userForMerchant' ? requiredText(members, 'userId') : undefined;

  const merchant = simulation.merchants.withAeropayKey(apiKey);
  if (merchant?.aeropay.apiSecret !== apiSecret) throw dialect.wrongCredentials();
  request.actFor(merchant.name);
  if (merchant.aeropay.merchantId !== merchantId) throw aeropayRefusal('AP009');

  const person = userId === undefined ? undefined : connectedPerson(simulation, merchant, dialect.findPerson(userId));
  const use: TokenUse =
    person === undefined ? { kind: 'aeropay_merchant', merchant: merchant.name } : { kind: 'aeropay_user', merchant: merchant.name, personId: person.id };
  const token = simulation.tokens.issue(use, claimsOf(simulation, merchant, person));
  return { status: 200, body: { TTL: shownTtl(simulation, use.kind), token } };
}

function connectedPerson({ people }: Simulation, { name }: SimulatedMerchant, person: Person | undefined): Person {
  if (person !== undefined && people.isConnected(person, name)) return person;
  throw aeropayRefusal('AP002', "User ID doesn't exist or hasn't been associated with this merchant.");
}

function claimsOf({ ids }: Simulation, { aeropay }: SimulatedMerchant, person: Person | undefined): Parameters<Simulation['tokens']['issue']>[1] {
  const claims = { auth: aeropay.merchantId, jti: ids.uuid(), username: `us-east-1:${person?.id ?? ids.uuid()}` };
  return person === undefined ? { ...claims, sub: 'merchant' } : { ...claims, sub: 'userformerchant', metadata: { merchant_id: aeropay.merchantId } };
}
