/** Counts the executions that are at work, so that a test can wait until all of them wait for a timer or a task token. */
export interface InFlight {
  begin(): void;
  end(): void;
  /** Resolves when nothing is at work, also if that is now. */
  idle(): Promise<void>;
}

export function createInFlight(): InFlight {
  let busy = 0;
  let waiting: (() => void)[] = [];
  return {
    begin() {
      busy += 1;
    },
    end() {
      busy -= 1;
      if (busy > 0) return;
      const released = waiting;
      waiting = [];
      for (const release of released) release();
    },
    async idle() {
      while (busy > 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
