import { amend } from './amend.ts';
import type { Message, Run } from './engine.ts';
import { ExecutionClosed } from './execution-closed.ts';
import type { Inbox } from './inbox.ts';
import type { TokenWait, Visit } from './records.ts';
import type { ResourceCall } from './resource-call.ts';
import { StatesError } from './states-error.ts';
import type { TaskEvents } from './task-events.ts';
import type { TaskOutcome } from './task-outcome.ts';
import { withInbox } from './with-inbox.ts';

/** One attempt of a Task, maybe scheduled by an earlier process. */
export interface ScheduledTask {
  readonly call: ResourceCall;
  /** Time limits of the attempt, counted from when it was scheduled and from the latest heartbeat. */
  readonly limits: TokenWait['limits'];
  /** Milliseconds since the epoch. */
  readonly scheduledAt: number;
}

/**
 * Starts a Task's call and waits for what ends the attempt: the reply, or with a token its answer. An answer counts from
 * before the call starts, since whoever gets the token may be faster than the reply; it then waits for the reply, so that
 * the history has TaskSubmitted before the end, but neither a lost reply nor the time limit takes it back.
 */
export async function awaitTask(run: Run, visit: Visit, { call, limits, scheduledAt }: ScheduledTask, events: TaskEvents): Promise<TaskOutcome> {
  const { clock, tokens } = run.engine;
  const wait = tokenWaitOf(visit);
  if (wait?.answer !== undefined) return wait.answer; // given to an earlier process, whose call has been lost
  return withInbox(run, async (inbox) => {
    const closeToken = () => {
      if (wait !== undefined) tokens.close(wait.token);
    };
    // The token is closed in the same breath: an answer is either accepted and counts, or refused.
    const after = (seconds: number | undefined, since: number, message: Message) =>
      seconds === undefined
        ? () => undefined
        : clock.setTimer(since + seconds * 1000 - clock.now(), () => {
            closeToken();
            inbox.deliver(message);
          });

    const cancelTimeout = after(limits.timeoutSeconds, scheduledAt, { kind: 'time' });
    let cancelHeartbeat = after(limits.heartbeatSeconds, wait?.heardAt ?? scheduledAt, { kind: 'heartbeat-missed' });
    if (wait !== undefined) {
      tokens.open(wait.token, {
        executionArn: run.execution.executionArn,
        answered(outcome) {
          amendWait(run, visit, { answer: outcome });
          cancelHeartbeat();
          inbox.deliver({ kind: 'answer', outcome });
        },
        heartbeat() {
          const heardAt = clock.now();
          amendWait(run, visit, { heardAt });
          cancelHeartbeat();
          cancelHeartbeat = after(limits.heartbeatSeconds, heardAt, { kind: 'heartbeat-missed' });
        },
      });
    }
    // A wait that an earlier process began may have made its call, and may be out of time.
    const mustCall = wait === undefined || (!wait.submitted && clock.now() < scheduledAt + (limits.timeoutSeconds ?? Infinity) * 1000);
    if (mustCall) {
      call.start().then(
        (outcome) => {
          if (!outcome.ok) closeToken();
          inbox.deliver({ kind: 'reply', outcome });
        },
        (error: unknown) => inbox.deliver({ kind: 'broken', error }),
      );
    }

    try {
      return await firstEnd(inbox, events, { hasToken: wait !== undefined, replied: !mustCall, onSubmitted: () => ({ ...waitOf(visit), submitted: true }) });
    } finally {
      cancelTimeout();
      cancelHeartbeat();
      closeToken();
    }
  });
}

function tokenWaitOf({ progress }: Visit): TokenWait | undefined {
  return progress.kind === 'token' ? progress : undefined;
}

function waitOf(visit: Visit): TokenWait {
  const wait = tokenWaitOf(visit);
  if (wait === undefined) throw new Error('a visit whose token is open should be waiting for it');
  return wait;
}

function amendWait(run: Run, visit: Visit, part: Partial<TokenWait>): void {
  amend(run, { visit: { progress: { ...waitOf(visit), ...part } } });
}

async function firstEnd(inbox: Inbox<Message>, events: TaskEvents, { hasToken, replied: repliedBefore, onSubmitted }: { hasToken: boolean; replied: boolean; onSubmitted: () => TokenWait }): Promise<TaskOutcome> {
  let replied = repliedBefore;
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
        if (message.outcome.ok) events.submitted(message.outcome.output, onSubmitted());
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
  const error = { error: 'States.Timeout', ...(missedHeartbeat && { alias: 'States.HeartbeatTimeout' }) };
  events.timedOut(error);
  return new StatesError(error);
}
