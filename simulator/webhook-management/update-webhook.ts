import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { readSubscription } from './read-management-request.ts';
import { showSubscription } from './show-subscription.ts';
import { readSubscriptionChange } from './subscription-fields.ts';

/** PATCH /webhooks/{webhookId}: `{merchant_id, url?, events?, secret_key?}` → the subscription with `message`. It does not end a pause. */
export function updateWebhook(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'webhook-management',
    method: 'PATCH',
    path: '/webhooks/:webhookId',
    run(request) {
      const { subscription, members } = readSubscription(simulation, request);
      const changed = simulation.subscriptions.update(subscription, readSubscriptionChange(members));
      return { status: 200, body: { ...showSubscription(changed), message: 'Webhook updated successfully' } };
    },
  };
}
