import * as z from 'zod';

/** What a merchant is told of (api.md, "Events"). */
export const eventTypes = ['user.verified', 'connection.linked', 'connection.changed', 'job.awaiting_mfa', 'job.ended'] as const;
export type EventType = (typeof eventTypes)[number];

/** Ids only: whoever wants to know more reads the thing, as it is by then. */
export const eventFacts = z.object({
  type: z.enum(eventTypes),
  /** When it happened, to the second. */
  at: z.iso.datetime(),
  userId: z.string(),
  connectionId: z.string().optional(),
  jobId: z.string().optional(),
});
export type EventFacts = z.infer<typeof eventFacts>;

/** `evt_`, twelve hex digits of the place in the merchant's feed, twenty of the change it tells of. */
export const eventIdPattern = /^evt_[0-9a-f]{32}$/;

/** One event as it stands in a merchant's feed. */
export const event = z.object({ id: z.string().regex(eventIdPattern), ...eventFacts.shape });
export type Event = z.infer<typeof event>;

/** How long an event is kept. */
export const eventLifetimeMs = 30 * 86_400_000;
