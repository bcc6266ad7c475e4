import type { Retrier } from './definition-schema.ts';

/**
 * How long to wait before a Retrier's next attempt.
 * @param used how many attempts this Retrier has made in this visit of the state
 * @param random a number from 0 up to 1, for `JitterStrategy: FULL`
 * @returns milliseconds
 */
export function retryDelayMs(retrier: Retrier, used: number, random: () => number): number {
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
  const capped = Math.min(grown, retrier.MaxDelaySeconds ?? Infinity);
  return Math.round(capped * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}
