/**
 * On Ctrl-C, SIGTERM or a closed terminal: closes, then exits with 0. A second signal does not wait for the closing.
 * @returns a function that takes the handlers away again
 */
export function closeOnSignal(close: () => Promise<void>, exit: (code: number) => void = (code) => process.exit(code)): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let closing = false;
  const onSignal = (): void => {
    if (closing) {
      exit(130);
      return;
    }
    closing = true;
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
