/** npm hands a signal on that the terminal has already sent to everybody; whoever means it twice takes longer. */
const echoMs = 1_000;

/**
 * On Ctrl-C, SIGTERM or a closed terminal: closes, then exits with 0. A second signal, a second or more after the first,
 * does not wait for the closing.
 * @returns a function that takes the handlers away again
 */
export function closeOnSignal(close: () => Promise<void>, exit: (code: number) => void = (code) => process.exit(code), now: () => number = Date.now): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let firstAt: number | undefined;
  const onSignal = (): void => {
    if (firstAt !== undefined) {
      if (now() - firstAt >= echoMs) exit(130);
      return;
    }
    firstAt = now();
    close().then(
      () => exit(0),
      () => exit(1),
    );
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
