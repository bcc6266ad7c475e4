/** The simulator's time: real time, moved ahead by whatever tests asked for. Milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Moves the clock ahead for good. Time never runs backwards. */
  advance(milliseconds: number): void;
}

/** Where the clock's advance is kept from one start to the next. */
export interface ClockMemory {
  readonly ahead: number;
  keep(ahead: number): void;
}

export function createClock(realNow: () => number, memory?: ClockMemory): Clock {
  let ahead = memory?.ahead ?? 0;
  return {
    now: () => realNow() + ahead,
    advance: (milliseconds) => {
      ahead += Math.max(0, milliseconds);
      memory?.keep(ahead);
    },
  };
}
