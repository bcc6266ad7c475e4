import { setTimeout as sleep } from 'node:timers/promises';
import type { Sleep } from '../../ports.ts';

/** How a write that found the table busy tries again: full jitter below `baseMs · 2^attempt`, never above `capMs`. */
export interface Backoff {
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
  readonly sleep: Sleep;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** About two seconds in all, so that a hundred requests for one row get through while none outlasts its route. */
export const patient: Backoff = { attempts: 9, baseMs: 15, capMs: 600, sleep, random: Math.random };

/** Waits after the given attempt, the first being 1. */
export function pause(backoff: Backoff, attempt: number): Promise<void> {
  return backoff.sleep(backoff.random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** attempt));
}
