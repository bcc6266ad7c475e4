import { setTimeout } from 'node:timers/promises';

/**
 * Does `work` at once and then again and again, each time so many real milliseconds after the last one is done.
 * @returns what ends it
 */
export function every(ms: number, work: (turn: number) => Promise<void>): () => Promise<void> {
  const leaving = new AbortController();
  const running = (async () => {
    for (let turn = 0; !leaving.signal.aborted; turn += 1) {
      await work(turn);
      await setTimeout(ms, undefined, { signal: leaving.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    leaving.abort();
    await running;
  };
}
