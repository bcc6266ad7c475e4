import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { readSubscription } from './read-management-request.ts';

/** DELETE /webhooks/{webhookId}, with a body: `{merchant_id}` → `{success:true, message}`. */
export function removeWebhook(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'webhook-management',
    method: 'DELETE',
    path: '/webhooks/:webhookId',
    run(request) {
      simulation.subscriptions.remove(readSubscription(simulation, request).subscription);
      return { status: 200, body: { success: true, message: 'Webhook deleted successfully' } };
    },
  };
}
