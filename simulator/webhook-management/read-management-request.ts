import { aerosyncRefusal } from '../aerosync/refusals.ts';
import type { SimulatedMerchant } from '../merchants.ts';
import type { Simulation } from '../simulation.ts';
import { readMembers, Refusal, type UpstreamRequest } from '../upstream-call.ts';
import type { Subscription } from '../webhooks/subscription.ts';

export interface ManagementRequest {
  readonly merchant: SimulatedMerchant;
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * Reads a call of the webhook management. It needs both `x-api-key` and a bearer token, of one merchant: without the key the gateway
 * answers 403 `{"message":"Forbidden"}`, without the token 403 AC-001. The body carries `merchant_id` (contradiction 17).
 */
export function readManagementRequest({ merchants, tokens, contradictions }: Simulation, request: UpstreamRequest): ManagementRequest {
  const merchant = merchants.withAerosyncKey([request.headers['x-api-key']].flat()[0] ?? '');
  if (merchant === undefined) throw new Refusal(403, { message: 'Forbidden' });
  const reading = tokens.read(request.headers.authorization);
  if (reading.state !== 'valid' || reading.use.kind !== 'aerosync_api' || reading.use.merchant !== merchant.name) throw aerosyncRefusal('AC-001');
  request.actFor(merchant.name);

  const members = readMembers(request, () => aerosyncRefusal('AC-100'));
  const merchantId = members['merchant_id'];
  const mayBeAbsent = contradictions.side(17) === 'A';
  if (!(mayBeAbsent && merchantId === undefined) && String(merchantId) !== merchant.aeropay.merchantId) {
    throw aerosyncRefusal('AC-100', 'Required attribute is missing or has a wrong format: merchant_id');
  }
  return { merchant, members };
}

/** The merchant's subscription that the path names; 404 for one that is another merchant's or nobody's. */
export function readSubscription(simulation: Simulation, request: UpstreamRequest): ManagementRequest & { readonly subscription: Subscription } {
  const read = readManagementRequest(simulation, request);
  const subscription = simulation.subscriptions.withId(request.params['webhookId'] ?? '');
  if (subscription?.merchant !== read.merchant.name) {
    throw new Refusal(404, { error: { code: 'AC-102', message: 'Webhook subscription not found.' } });
  }
  return { ...read, subscription };
}
