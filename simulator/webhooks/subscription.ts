import * as z from 'zod';

/** The events that upstream names; new ones may come. */
export const webhookEvents = ['job.balance', 'job.transaction', 'job.identity', 'migration_tool', 'bank.revocation', 'test.event'] as const;

/** The names that job events have in the older documents (contradiction 15, side A). */
export const olderJobEvents = ['job.initiated', 'job.pending_mfa', 'job.completed', 'job.failed'] as const;

export const subscriptionRow = z
  .object({
    id: z.string(),
    merchant: z.string(),
    /** As it stands in each event. */
    merchantId: z.string(),
    url: z.string(),
    secretKey: z.string().optional(),
    events: z.array(z.string()),
    /** Set up with Aeropay, and not by a call of the merchant's. */
    registered: z.boolean(),
    status: z.enum(['active', 'paused']),
    /** Failed deliveries in a row. */
    failureCount: z.number(),
    lastSuccessAt: z.number().nullable(),
    lastFailureAt: z.number().nullable(),
    createdAt: z.number(),
    updatedAt: z.number(),
  })
  .transform(({ secretKey, ...rest }) => ({ ...rest, secretKey }));

/** Where one merchant's events go. */
export type Subscription = Readonly<z.infer<typeof subscriptionRow>>;
