import { AppError } from '../../domain/errors.ts';
import type { Clock, Sleep } from '../../ports.ts';

export interface Patience {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** How often a read is tried at most, the first time included. */
const tries = 3;
const firstPauseMs = 300;
/** A wait that upstream asks for is kept up to this; a longer one is handed on to whoever called us. */
const longestPauseMs = 2_000;

/**
 * Repeats a read that failed in a way that may pass, after pauses drawn from the whole of a growing span ("full jitter"), so that callers who
 * failed together do not come back together. Ends when the time or the tries are used up, with what the last one failed with.
 * @param budgetMs for all tries and pauses together
 * @param deadline of the tries themselves: none is made after it
 */
export async function repeatRead<T>(read: () => Promise<T>, { clock, sleep, random }: Patience, budgetMs: number, deadline: AbortSignal): Promise<T> {
  const end = clock.now().getTime() + budgetMs;
  for (let tried = 1; ; tried += 1) {
    try {
      return await read();
    } catch (error) {
      const pauseMs = pauseAfter(error, Math.min(longestPauseMs, firstPauseMs * 2 ** (tried - 1)) * random());
      if (pauseMs === undefined || tried >= tries || deadline.aborted || clock.now().getTime() + pauseMs >= end) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Undefined for a failure that lasts, or lasts for longer than a caller should be kept waiting. */
function pauseAfter(error: unknown, jitterMs: number): number | undefined {
  if (!(error instanceof AppError) || (error.code !== 'UpstreamUnavailable' && error.code !== 'UpstreamThrottled')) return undefined;
  const askedMs = (error.details.retryAfterSeconds ?? 0) * 1000;
  return askedMs > longestPauseMs ? undefined : askedMs + jitterMs;
}
