/**
 * Does `work` at once and then again and again, each time so many real milliseconds after the last one is done.
 * @returns what ends it
 */
export function every(ms: number, work: (turn: number) => Promise<void>): () => Promise<void> {
  const leaving = Promise.withResolvers<'left'>();
  let isOver = false;
  const running = (async () => {
    for (let turn = 0; !isOver; turn += 1) {
      await work(turn);
      await Promise.race([leaving.promise, new Promise((resolve) => setTimeout(resolve, ms))]);
    }
  })();
  return async () => {
    isOver = true;
    leaving.resolve('left');
    await running;
  };
}
