import type { Clock } from '../states/clock.ts';
import type { FunctionDefinition } from './function-properties.ts';
import type { Outcome } from './outcome.ts';
import { pause } from './pause.ts';

export interface AsyncInvocation {
  readonly definition: Pick<FunctionDefinition, 'retries' | 'maxEventAgeMs'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly invoke: () => Promise<Outcome>;
}

/** Lambda waits a minute before the first retry and two before the second. */
const retryDelaysMs = [60_000, 120_000];
const longestThrottleDelayMs = 300_000;

/**
 * An asynchronous invocation: errors of the function are retried as often as it is configured; a throttle is retried,
 * 1 s later at first and then ever more slowly, as long as the event is young enough.
 * Resolves with the last outcome, or with nothing when the local cloud closes in between.
 */
export async function invokeWithRetries({ definition, clock, signal, invoke }: AsyncInvocation): Promise<Outcome | undefined> {
  const bornAt = clock.now();
  let errors = 0;
  let throttles = 0;
  for (;;) {
    const outcome = await invoke();
    if (outcome.ok) return outcome;
    const throttled = outcome.fault === 'throttled';
    const delayMs = throttled ? Math.min(1_000 * 2 ** throttles++, longestThrottleDelayMs) : (retryDelaysMs[errors++] ?? longestThrottleDelayMs);
    const spent = throttled ? false : errors > definition.retries;
    if (spent || clock.now() + delayMs - bornAt > definition.maxEventAgeMs) return outcome;
    await pause(clock, delayMs, signal);
    if (signal.aborted) return undefined;
  }
}
