import type { InFlight } from './in-flight.ts';

/** What an execution waits for, one message after the other: replies, timers, task tokens, its own end. */
export interface Inbox<M> {
  deliver(message: M): void;
  /** @param idle true when only a timer or an outsider can bring the next message: the execution is then not at work. */
  receive(options: { idle: boolean }): Promise<M>;
}

export function createInbox<M>(inFlight: InFlight): Inbox<M> {
  const queue: M[] = [];
  let receiver: ((message: M) => void) | undefined;
  return {
    deliver(message) {
      const receive = receiver;
      receiver = undefined;
      if (receive === undefined) queue.push(message);
      else receive(message);
    },
    receive({ idle }) {
      const message = queue.shift();
      if (message !== undefined) return Promise.resolve(message);
      return new Promise((resolve) => {
        receiver = (delivered) => {
          // At once, not when the promise is heard: whoever moved the clock may ask for idle() in the same breath.
          if (idle) inFlight.begin();
          resolve(delivered);
        };
        if (idle) inFlight.end();
      });
    },
  };
}
