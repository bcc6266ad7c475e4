import type { Clock, Sleep } from '../../lambdas/ports.ts';

/** A clock that stands still until it is moved. Whoever sleeps on it moves it. */
export class TestClock implements Clock {
  #now: number;

  constructor(start = '2026-03-02T12:00:00.000Z') {
    this.#now = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }

  /** Moves the clock and lets everything else that is ready run. */
  readonly sleep: Sleep = async (milliseconds) => {
    this.#now += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  };
}
