import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { readManagementRequest } from './read-management-request.ts';
import { showSubscription } from './show-subscription.ts';

/** POST /webhooks/list, not GET: `{merchant_id}` → `{subscriptions, total_count}`, the one set up with Aeropay included. */
export function listWebhooks(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'webhook-management',
    method: 'POST',
    path: '/webhooks/list',
    run(request) {
      const { merchant } = readManagementRequest(simulation, request);
      const subscriptions = simulation.subscriptions.of(merchant.name);
      return { status: 200, body: { subscriptions: subscriptions.map(showSubscription), total_count: subscriptions.length } };
    },
  };
}
