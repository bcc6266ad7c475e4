import type { Message, Run } from './engine.ts';
import type { Inbox } from './inbox.ts';
import { ExecutionClosed } from './record-event.ts';
import type { ResourceCall } from './resource-call.ts';
import { StatesError } from './states-error.ts';
import type { TaskEvents } from './task-events.ts';
import type { TaskOutcome } from './task-outcome.ts';
import { withInbox } from './with-inbox.ts';

/** Time limits of one attempt, counted from TaskScheduled. */
export interface TaskLimits {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/**
 * Starts a Task's call and waits for what ends the attempt: the reply, or with a token its answer. An answer counts from
 * before the call starts, since whoever gets the token may be faster than the reply; it then waits for the reply, so that
 * the history has TaskSubmitted before the end, but neither a lost reply nor the time limit takes it back.
 */
export async function awaitTask(run: Run, call: ResourceCall, limits: TaskLimits, events: TaskEvents, token: string | undefined): Promise<TaskOutcome> {
  const { clock, tokens } = run.engine;
  return withInbox(run, async (inbox) => {
    const closeToken = () => {
      if (token !== undefined) tokens.close(token);
    };
    // The token is closed in the same breath: an answer is either accepted and counts, or refused.
    const after = (seconds: number | undefined, message: Message) =>
      seconds === undefined
        ? () => undefined
        : clock.setTimer(seconds * 1000, () => {
            closeToken();
            inbox.deliver(message);
          });

    const cancelTimeout = after(limits.timeoutSeconds, { kind: 'time' });
    let cancelHeartbeat = after(limits.heartbeatSeconds, { kind: 'heartbeat-missed' });
    if (token !== undefined) {
      tokens.open(token, {
        executionArn: run.execution.executionArn,
        answered(outcome) {
          cancelHeartbeat();
          inbox.deliver({ kind: 'answer', outcome });
        },
        heartbeat() {
          cancelHeartbeat();
          cancelHeartbeat = after(limits.heartbeatSeconds, { kind: 'heartbeat-missed' });
        },
      });
    }
    call.start().then(
      (outcome) => {
        if (!outcome.ok) closeToken();
        inbox.deliver({ kind: 'reply', outcome });
      },
      (error: unknown) => inbox.deliver({ kind: 'broken', error }),
    );

    try {
      return await firstEnd(inbox, events, token !== undefined);
    } finally {
      cancelTimeout();
      cancelHeartbeat();
      closeToken();
    }
  });
}

async function firstEnd(inbox: Inbox<Message>, events: TaskEvents, hasToken: boolean): Promise<TaskOutcome> {
  let replied = false;
  let answer: TaskOutcome | undefined;
  for (;;) {
    const message = await inbox.receive({ idle: replied });
    switch (message.kind) {
      case 'closed':
        throw new ExecutionClosed();
      case 'broken':
        throw new Error('the local cloud failed to make the call', { cause: message.error });
      case 'time':
      case 'heartbeat-missed':
        if (answer !== undefined) return answer;
        throw timedOut(events, message.kind === 'heartbeat-missed');
      case 'answer':
        answer = message.outcome;
        break;
      case 'reply':
        if (!hasToken) return message.outcome;
        replied = true;
        if (message.outcome.ok) events.submitted(message.outcome.output);
        else if (answer === undefined) {
          // AWS's own type for a call that was to be waited for and could not be made; no recording of this integration is public.
          events.submitFailed(message.outcome);
          throw new StatesError(message.outcome);
        }
        break;
    }
    if (replied && answer !== undefined) return answer;
  }
}

/** Recorded on AWS: a missed heartbeat, too, is reported as `States.Timeout`; `States.HeartbeatTimeout` is a name to catch it by. */
function timedOut(events: TaskEvents, missedHeartbeat: boolean): StatesError {
  const error = 'States.Timeout';
  events.timedOut({ error });
  return new StatesError({ error, ...(missedHeartbeat && { alias: 'States.HeartbeatTimeout' }) });
}
