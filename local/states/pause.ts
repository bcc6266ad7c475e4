import type { Run } from './engine.ts';
import { ExecutionClosed } from './record-event.ts';
import { withInbox } from './with-inbox.ts';

/** Lets the execution wait for `ms` milliseconds of the clock. */
export async function pause(run: Run, ms: number): Promise<void> {
  if (ms <= 0) return;
  await withInbox(run, async (inbox) => {
    const cancel = run.engine.clock.setTimer(ms, () => inbox.deliver({ kind: 'time' }));
    try {
      const message = await inbox.receive({ idle: true });
      if (message.kind === 'closed') throw new ExecutionClosed();
    } finally {
      cancel();
    }
  });
}
