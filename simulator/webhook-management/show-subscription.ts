import type { Json } from '../json-text.ts';
import type { Subscription } from '../webhooks/subscription.ts';

/** A subscription as the list has it. The secret is never shown. */
export function showSubscription(subscription: Subscription): Record<string, Json> {
  const { id, url, events, status, failureCount, lastSuccessAt, lastFailureAt, createdAt, updatedAt } = subscription;
  return {
    webhook_id: id,
    url,
    events,
    status,
    failure_count: failureCount,
    last_success_at: lastSuccessAt === null ? null : microsecondTime(lastSuccessAt),
    last_failure_at: lastFailureAt === null ? null : microsecondTime(lastFailureAt),
    created_at: microsecondTime(createdAt),
    updated_at: microsecondTime(updatedAt),
  };
}

/** The times of this API have microseconds and no zone: `2025-01-01T00:00:00.000000`, in UTC. */
export function microsecondTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000`;
}
