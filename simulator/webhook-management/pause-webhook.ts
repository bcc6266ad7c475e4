import { aerosyncRefusal } from '../aerosync/refusals.ts';
import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { readSubscription } from './read-management-request.ts';

/** POST /webhooks/{webhookId}/pause: `{merchant_id, reason}` → `{message}`. What happens meanwhile is not sent later. */
export function pauseWebhook(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'webhook-management',
    method: 'POST',
    path: '/webhooks/:webhookId/pause',
    run(request) {
      const { subscription, members } = readSubscription(simulation, request);
      if (typeof members['reason'] !== 'string' || members['reason'] === '') {
        throw aerosyncRefusal('AC-100', 'Required attribute is missing or has a wrong format: reason');
      }
      simulation.subscriptions.pause(subscription);
      return { status: 200, body: { message: 'Webhook paused successfully' } };
    },
  };
}

/** POST /webhooks/{webhookId}/unpause: `{merchant_id}` → `{message}`. Also ends the pause after five failures, which nothing else does. */
export function unpauseWebhook(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'webhook-management',
    method: 'POST',
    path: '/webhooks/:webhookId/unpause',
    run(request) {
      simulation.subscriptions.resume(readSubscription(simulation, request).subscription);
      return { status: 200, body: { message: 'Webhook unpaused successfully' } };
    },
  };
}
