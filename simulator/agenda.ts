import type { Clock } from './clock.ts';

/** Calls `run` once after `delayMs` of real time, unless the returned function is called first. */
export type SetTimer = (run: () => void, delayMs: number) => () => void;

interface Entry {
  readonly due: number;
  readonly run: (due: number) => void;
}

/** setTimeout fires at once above 2^31 ms; waking once an hour for nothing is cheaper than thinking about it. */
const longestSleepMs = 3_600_000;

/**
 * Everything that will happen by itself, in order of time: job steps, webhook attempts, time-outs.
 * When the clock is moved, what has become due runs in order, each entry being told the time it was due at.
 */
export class Agenda {
  readonly #clock: Clock;
  readonly #setTimer: SetTimer;
  readonly #entries: Entry[] = [];
  #stopTimer: (() => void) | undefined;
  #open = false;

  constructor(clock: Clock, setTimer: SetTimer) {
    this.#clock = clock;
    this.#setTimer = setTimer;
  }

  /** Plans `run` for a time in milliseconds since 1970; returns a function that takes it off the agenda. */
  at(due: number, run: (due: number) => void): () => void {
    const entry = { due, run };
    const later = this.#entries.findIndex((other) => other.due > due);
    this.#entries.splice(later === -1 ? this.#entries.length : later, 0, entry);
    this.#arm();
    return () => {
      const index = this.#entries.indexOf(entry);
      if (index !== -1) this.#entries.splice(index, 1);
    };
  }

  /** Runs what is due now. Called by the timer, after a jump of the clock, and before each request is answered. Nothing happens before it is opened. */
  runDue(): void {
    if (!this.#open) return;
    for (let first = this.#entries[0]; first !== undefined && first.due <= this.#clock.now(); first = this.#entries[0]) {
      this.#entries.shift();
      first.run(first.due);
    }
    this.#arm();
  }

  /** Resolves after `milliseconds` of the simulator's time. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.#clock.now() + milliseconds, () => resolve());
    });
  }

  /** From now on what falls due happens. Before, time stands still for whatever is planned. */
  open(): void {
    this.#open = true;
    this.#arm();
  }

  close(): void {
    this.#open = false;
    this.#entries.length = 0;
    this.#stopTimer?.();
  }

  #arm(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const [first] = this.#entries;
    if (first === undefined || !this.#open) return;
    const delay = Math.min(Math.max(0, first.due - this.#clock.now()), longestSleepMs);
    this.#stopTimer = this.#setTimer(() => this.runDue(), delay);
  }
}
