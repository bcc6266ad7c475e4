import type { Run } from './engine.ts';
import { ExecutionClosed } from './execution-closed.ts';
import { withInbox } from './with-inbox.ts';

/** Lets the execution wait. @param until milliseconds since the epoch, of the clock */
export async function pause(run: Run, until: number): Promise<void> {
  const { clock } = run.engine;
  const ms = until - clock.now();
  if (ms <= 0) return;
  await withInbox(run, async (inbox) => {
    const cancel = clock.setTimer(ms, () => inbox.deliver({ kind: 'time' }));
    try {
      const message = await inbox.receive({ idle: true });
      if (message.kind === 'closed') throw new ExecutionClosed();
    } finally {
      cancel();
    }
  });
}
