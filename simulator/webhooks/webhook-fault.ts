import * as z from 'zod';

/** What goes wrong with webhooks, as `POST /sim/webhooks` sets it. */
export const webhookFault = z.strictObject({
  /** `drop`: lost without an attempt. `reorder`: each event waits for the merchant's next one and goes out after it. */
  mode: z.enum(['deliver', 'drop', 'unsigned', 'wrong_signature', 'reorder']),
  delaySeconds: z.number().min(0).max(86_400).default(0),
  /** How many more times each event is sent. */
  duplicates: z.int().min(0).max(100).default(0),
  /** Only events whose `data.status` is one of these; all when absent. */
  statuses: z.array(z.string()).min(1).optional(),
});

export type WebhookFault = z.infer<typeof webhookFault>;

export const noWebhookFault: WebhookFault = { mode: 'deliver', delaySeconds: 0, duplicates: 0 };
