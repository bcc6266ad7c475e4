import type { SimulatedMerchant } from '../merchants.ts';
import type { Simulation } from '../simulation.ts';
import type { TokenUse } from '../tokens.ts';
import type { UpstreamRequest } from '../upstream-call.ts';
import type { Person } from './person.ts';
import { aeropayRefusal } from './refusals.ts';

const codeOf = { missing: 'AP004', invalid: 'AP008', expired: 'AP007' } as const;

/** The header that carries the token: v1 has one of its own. */
type TokenHeader = 'authorization' | 'authorizationtoken';

/** The merchant of a token with scope `merchant`; AP004, AP007, AP008, or AP006 for another scope. */
export function authorizeMerchant(simulation: Simulation, request: UpstreamRequest, header: TokenHeader = 'authorization'): SimulatedMerchant {
  const use = readToken(simulation, request, header);
  if (use.kind !== 'aeropay_merchant') throw aeropayRefusal('AP006');
  return merchantOf(simulation, request, use.merchant);
}

/** Merchant and person of a token with scope `userForMerchant`; AP101 once the person is no longer connected to the merchant. */
export function authorizeUser(
  simulation: Simulation,
  request: UpstreamRequest,
  header: TokenHeader = 'authorization',
): { merchant: SimulatedMerchant; person: Person } {
  const use = readToken(simulation, request, header);
  if (use.kind !== 'aeropay_user') throw aeropayRefusal('AP006');
  const merchant = merchantOf(simulation, request, use.merchant);
  const person = simulation.people.withId(use.personId);
  if (person === undefined || !simulation.people.isConnected(person, merchant.name)) throw aeropayRefusal('AP101');
  return { merchant, person };
}

function readToken(simulation: Simulation, request: UpstreamRequest, header: TokenHeader): TokenUse {
  const reading = simulation.tokens.read([request.headers[header]].flat()[0]);
  if (reading.state !== 'valid') throw aeropayRefusal(codeOf[reading.state]);
  // An Aerosync token is signed by another product: Aeropay does not know it.
  if (!reading.use.kind.startsWith('aeropay')) throw aeropayRefusal('AP008');
  return reading.use;
}

function merchantOf(simulation: Simulation, request: UpstreamRequest, name: string): SimulatedMerchant {
  const merchant = simulation.merchants.named(name);
  if (merchant === undefined) throw aeropayRefusal('AP008');
  request.actFor(name);
  return merchant;
}
