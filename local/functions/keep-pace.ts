import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { pacedTime, type Pace } from '../pace.ts';

/**
 * Makes `Date` and sleeping (`node:timers/promises`) of this thread follow the pace. Whatever limits a call on the network
 * stays real, since a call takes the time it takes: `setTimeout` of the SDK, `AbortSignal.timeout`.
 */
export function keepPace(pace: Pace): void {
  const realNow = Date.now;
  const now = (): number => pacedTime(pace, realNow());
  globalThis.Date = new Proxy(Date, {
    // There may be more arguments than the type says, and all are passed on.
    construct: (target, args: [] | [number]) => (args.length === 0 ? new target(now()) : new target(...args)),
    get: (target, key, receiver): unknown => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  const sleep = timers.setTimeout;
  timers.setTimeout = (ms, ...rest) => sleep((ms ?? 0) / pace.factor, ...rest);
  syncBuiltinESMExports();
}
