import * as z from 'zod';
import type { Json } from '../json-text.ts';

/** Something to tell a merchant. */
export interface WebhookEvent {
  readonly merchant: string;
  /** The name as it is sent. */
  readonly event: string;
  /** Names that a subscription may have asked for this event by. */
  readonly names: readonly string[];
  /** Of the job, or `revoked`; null for events without one. What webhook faults go by, whether or not `data` has it. */
  readonly status: string | null;
  readonly jobId: string | null;
  readonly data: Json;
}

export const deliveryRow = z.object({
  id: z.string(),
  subscriptionId: z.string(),
  merchant: z.string(),
  event: z.string(),
  status: z.string().nullable(),
  jobId: z.string().nullable(),
  body: z.string(),
  signature: z.enum(['right', 'wrong', 'none']),
  /** 1 for the first one. */
  attempt: z.number(),
  /** When that attempt is made. */
  due: z.number(),
});

/** One event on its way to one subscription. */
export type Delivery = Readonly<z.infer<typeof deliveryRow>>;

/** One line of the delivery log. `missed`: the subscription was paused, and upstream keeps nothing for later. */
export interface DeliveryRecord {
  readonly at: number;
  readonly webhookId: string;
  readonly merchant: string;
  readonly event: string;
  readonly status: string | null;
  readonly jobId: string | null;
  readonly attempt: number;
  readonly outcome: 'accepted' | 'refused' | 'unreachable' | 'dropped' | 'missed';
  readonly httpStatus: number | null;
}
