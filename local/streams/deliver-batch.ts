import * as z from 'zod';
import type { Outcome } from '../functions/outcome.ts';
import type { Mapping } from './mapping-properties.ts';

/** A record with the number that the function may name it by, and when it was read. */
export interface Delivery {
  readonly sequenceNumber: string;
  readonly readAt: number;
  readonly record: unknown;
}

export interface DeliverySettings {
  readonly mapping: Pick<Mapping, 'reportsFailures' | 'bisects' | 'retries' | 'maxAgeMs'>;
  readonly invoke: (event: string) => Promise<Outcome>;
  readonly now: () => number;
  /** Resolves at once when the local cloud closes. */
  readonly pause: (ms: number) => Promise<void>;
  readonly closing: () => boolean;
  readonly giveUp: (records: number, reason: 'RetryAttemptsExhausted' | 'RecordAgeExceeded') => void;
}

/** Lambda's own waits are not documented; what is known is that they grow. */
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

const partialReply = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() }).nullish();

/**
 * Hands a batch over, in order, until the function took it or it is given up. A batch that failed at a record it named goes on from there; one that failed
 * as a whole is halved where the mapping says so; neither counts as a retry.
 */
export async function deliverBatch(settings: DeliverySettings, batch: readonly Delivery[]): Promise<void> {
  const { mapping, invoke, now, pause, closing, giveUp } = settings;
  let rest = batch;
  let errors = 0;
  for (let waits = 0; rest.length > 0 && !closing(); ) {
    const outcome = await invoke(JSON.stringify({ Records: rest.map(({ record }) => record) }));
    const failedAt = mapping.reportsFailures && outcome.ok ? firstFailure(outcome.payload, rest) : outcome.ok ? undefined : 0;
    if (failedAt === undefined || closing()) return;
    if (failedAt > 0 && mapping.bisects) {
      rest = rest.slice(failedAt);
      continue;
    }
    if (!outcome.ok && mapping.bisects && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2);
      await deliverBatch(settings, rest.slice(0, middle));
      rest = rest.slice(middle);
      continue;
    }
    rest = rest.slice(failedAt);
    // A throttle never reached the function.
    if (outcome.ok || outcome.fault !== 'throttled') errors += 1;
    if (errors > mapping.retries) {
      giveUp(rest.length, 'RetryAttemptsExhausted');
      return;
    }
    await pause(Math.min(firstWaitMs * 2 ** waits++, longestWaitMs));
    const young = rest.filter(({ readAt }) => now() - readAt <= mapping.maxAgeMs);
    if (young.length < rest.length) giveUp(rest.length - young.length, 'RecordAgeExceeded');
    rest = young;
  }
}

/** The place of the earliest record that the function names; the whole batch where it names none that is in it. */
function firstFailure(payload: string, batch: readonly Delivery[]): number | undefined {
  const reply = partialReply.safeParse(JSON.parse(payload));
  if (!reply.success) return 0;
  const named = (reply.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => batch.findIndex(({ sequenceNumber }) => sequenceNumber === itemIdentifier));
  return named.length === 0 ? undefined : Math.max(0, Math.min(...named));
}
