import { systemClock, type Clock } from './states/clock.ts';

/** Time that runs `factor` times as fast as the machine's from `since` on, in milliseconds since the epoch. */
export interface Pace {
  readonly since: number;
  readonly factor: number;
}

/** The paced moment for a moment of the machine's clock. */
export function pacedTime({ since, factor }: Pace, realNow: number): number {
  return Math.floor(since + (realNow - since) * factor);
}

/** The clock of waits, schedules and caches under a pace. */
export function pacedClock(pace: Pace): Clock {
  return {
    now: () => pacedTime(pace, systemClock.now()),
    setTimer: (ms, fire) => systemClock.setTimer(Math.ceil(ms / pace.factor), fire),
  };
}
