/** Time as the local Step Functions sees it. Every wait, time limit and timestamp goes through one of these. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `fire` once, `ms` milliseconds from now; the returned function cancels it. */
  setTimer(ms: number, fire: () => void): () => void;
}

/** Node keeps a delay in 32 bits and fires at once beyond it; a state may wait for three years. */
const longestTimeoutMs = 2_147_483_647;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(ms, fire) {
    const dueAt = Date.now() + ms;
    let handle: NodeJS.Timeout;
    const arm = () => {
      const rest = Math.max(0, dueAt - Date.now());
      handle = rest > longestTimeoutMs ? setTimeout(arm, longestTimeoutMs) : setTimeout(fire, rest);
    };
    arm();
    return () => clearTimeout(handle);
  },
};
