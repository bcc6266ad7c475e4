import type { SimulatedMerchant } from '../merchants.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamRequest } from '../upstream-call.ts';
import { aerosyncRefusal } from './refusals.ts';

type Members = Readonly<Record<string, unknown>>;

/** A required text member; AC-100 when it is absent, empty or no text. */
export function requiredText(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== 'string' || value === '') throw aerosyncRefusal('AC-100', `Required attribute is missing or has a wrong format: ${name}`);
  return value;
}

/** The merchant whose `apiKey` and `apiSecret` stand in the body; AC-101 when nobody has that pair. */
export function checkCredentials(simulation: Simulation, request: UpstreamRequest, members: Members): SimulatedMerchant {
  const apiKey = requiredText(members, 'apiKey');
  const apiSecret = requiredText(members, 'apiSecret');
  const merchant = simulation.merchants.withAerosyncKey(apiKey);
  if (merchant?.aerosync.apiSecret !== apiSecret) throw aerosyncRefusal('AC-101');
  request.actFor(merchant.name);
  return merchant;
}
