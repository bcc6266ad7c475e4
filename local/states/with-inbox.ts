import type { Message, Run } from './engine.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { ExecutionClosed } from './execution-closed.ts';

/**
 * Lets the execution wait: `use` gets an inbox that also hears of the execution's end, in which case it is left with
 * `ExecutionClosed`. What the inbox hears after `use` has returned is dropped.
 */
export async function withInbox<T>(run: Run, use: (inbox: Inbox<Message>) => Promise<T>): Promise<T> {
  if (run.execution.status !== 'RUNNING' || run.abandoned === true) throw new ExecutionClosed();
  const inbox = createInbox<Message>(run.engine.inFlight);
  run.inbox = inbox;
  try {
    return await use(inbox);
  } finally {
    delete run.inbox;
  }
}
