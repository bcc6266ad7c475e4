import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { readManagementRequest } from './read-management-request.ts';
import { microsecondTime } from './show-subscription.ts';
import { readNewSubscription } from './subscription-fields.ts';

/** POST /webhooks/subscribe: `{merchant_id, url, events, secret_key?}` → 201 `{webhook_id, merchant_id, url, events, status:"active", created_at}`. */
export function subscribeWebhook(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'webhook-management',
    method: 'POST',
    path: '/webhooks/subscribe',
    run(request) {
      const { merchant, members } = readManagementRequest(simulation, request);
      const { merchantId } = merchant.aeropay;
      const { id, url, events, status, createdAt } = simulation.subscriptions.subscribe({ merchant: merchant.name, merchantId, ...readNewSubscription(members) });
      return { status: 201, body: { webhook_id: id, merchant_id: merchantId, url, events, status, created_at: microsecondTime(createdAt) } };
    },
  };
}
