import type { Clock } from './clock.ts';

interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * A clock that stands still until it is moved, so that a five-minute pause takes no time in a test.
 *
 * A timer's consequences are asynchronous: move with `advanceToNext()` and let them finish (`await states.idle()`)
 * before the next step. `advance(ms)` over several timers fires them all before any consequence has run.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** @param startAt milliseconds since the epoch */
  constructor(startAt: number = Date.parse('2026-01-01T00:00:00Z')) {
    this.#now = startAt;
  }

  /** How many timers have not fired yet. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimer(ms: number, fire: () => void): () => void {
    const timer: Timer = { dueAt: this.#now + Math.max(0, ms), order: this.#order++, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves the clock by `ms`, firing every timer that falls due, the earliest first. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (let timer = this.#earliest(); timer !== undefined && timer.dueAt <= target; timer = this.#earliest()) this.#fire(timer);
    this.#now = target;
  }

  /** Moves the clock to the earliest timer and fires it; false when there is none. */
  advanceToNext(): boolean {
    const timer = this.#earliest();
    if (timer === undefined) return false;
    this.#fire(timer);
    return true;
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (earliest === undefined || timer.dueAt < earliest.dueAt || (timer.dueAt === earliest.dueAt && timer.order < earliest.order)) earliest = timer;
    }
    return earliest;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.dueAt);
    timer.fire();
  }
}
