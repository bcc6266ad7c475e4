import * as z from 'zod';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import { webhookFault, type WebhookFault } from '../webhooks/webhook-fault.ts';
import type { Subscription } from '../webhooks/subscription.ts';
import { ControlRefusal, readBody, type ControlRoute } from './control-route.ts';

const faultRequest = webhookFault.extend({ merchant: z.string().optional() });
const resumeRequest = z.strictObject({ merchant: z.string().optional() });

/** POST /sim/webhooks: switches webhook faults, for one merchant or all; `{"mode":"deliver"}` ends them. */
export function switchWebhookFault({ webhooks, merchants }: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/webhooks',
    run({ body }) {
      const { merchant, ...fault } = readBody(faultRequest, body);
      if (merchant !== undefined && merchants.named(merchant) === undefined) throw noSuchMerchant();
      webhooks.setFault(fault, merchant);
      return { ...showFault(fault), merchant: merchant ?? null };
    },
  };
}

/** POST /sim/webhooks/unpause: what upstream's own unpause call does. */
export function unpauseWebhooks({ subscriptions }: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/webhooks/unpause',
    run({ body }) {
      const { merchant } = readBody(resumeRequest, body);
      const paused = merchant === undefined ? subscriptions.all() : subscriptions.of(merchant);
      if (merchant !== undefined && paused.length === 0) throw noSuchMerchant();
      return { subscriptions: paused.map((subscription) => showSubscription(subscriptions.resume(subscription))) };
    },
  };
}

/** GET /sim/webhooks: subscriptions with their faults, and the last 1,000 deliveries. No secret is shown. */
export function readWebhooks({ webhooks, subscriptions }: Simulation): ControlRoute {
  return {
    method: 'GET',
    path: '/sim/webhooks',
    run: () => ({
      subscriptions: subscriptions.all().map((subscription) => ({
        ...showSubscription(subscription),
        fault: showFault(webhooks.faultOf(subscription.merchant)),
      })),
      deliveries: webhooks.records().map((record) => ({ ...record, at: new Date(record.at).toISOString() })),
    }),
  };
}

function showSubscription({ id, merchant, url, events, status, failureCount, lastSuccessAt, lastFailureAt }: Subscription): Record<string, Json> {
  return { webhookId: id, merchant, url, events, status, failureCount, lastSuccessAt: isoTime(lastSuccessAt), lastFailureAt: isoTime(lastFailureAt) };
}

function showFault({ mode, delaySeconds, duplicates, statuses }: WebhookFault): Record<string, Json> {
  return { mode, delaySeconds, duplicates, statuses: statuses ?? null };
}

function isoTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

function noSuchMerchant(): ControlRefusal {
  return new ControlRefusal(400, 'There is no such merchant, or it has no webhook: use a name from GET /sim/merchants.');
}
