import type { Simulation } from '../simulation.ts';
import type { UpstreamCall } from '../upstream-call.ts';
import { listWebhooks } from './list-webhooks.ts';
import { pauseWebhook, unpauseWebhook } from './pause-webhook.ts';
import { removeWebhook } from './remove-webhook.ts';
import { subscribeWebhook } from './subscribe-webhook.ts';
import { testWebhook } from './test-webhook.ts';
import { updateWebhook } from './update-webhook.ts';

/** Aerosync's webhook subscription API, which has a host of its own and no `/v2` in its paths. */
export function webhookManagementCalls(simulation: Simulation): UpstreamCall[] {
  return [
    subscribeWebhook(simulation),
    listWebhooks(simulation),
    updateWebhook(simulation),
    pauseWebhook(simulation),
    unpauseWebhook(simulation),
    testWebhook(simulation),
    removeWebhook(simulation),
  ];
}
