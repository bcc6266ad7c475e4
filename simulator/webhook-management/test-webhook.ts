import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { readSubscription } from './read-management-request.ts';

/** POST /webhooks/{webhookId}/test: `{merchant_id}` → `{message}`, and a `test.event` goes out, whatever the subscription asked for. The path is a guess of the reference. */
export function testWebhook(simulation: Simulation): UpstreamCall {
  return {
    upstream: 'webhook-management',
    method: 'POST',
    path: '/webhooks/:webhookId/test',
    run(request) {
      simulation.webhooks.test(readSubscription(simulation, request).subscription);
      return { status: 200, body: { message: 'Test event sent' } };
    },
  };
}
