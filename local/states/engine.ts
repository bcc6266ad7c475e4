import type { Clock } from './clock.ts';
import type { Machine } from './definition-schema.ts';
import type { Inbox } from './inbox.ts';
import type { InFlight } from './in-flight.ts';
import type { Query } from './query.ts';
import type { RecordLine } from './record-line.ts';
import type { Execution, StateMachine } from './records.ts';
import type { StatusChange } from './status-change.ts';
import type { TaskOutcome } from './task-outcome.ts';
import type { TaskTokens } from './task-tokens.ts';

/** How a Lambda call ended. `errorType` becomes the Error Name: a function's own error, or `Lambda.…`, `Sandbox.Timedout`. */
export type LambdaOutcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string; readonly trace?: readonly string[] };

/** How an AWS call ended; `errorName` is the service's exception without a prefix, for example `ConditionalCheckFailedException`. */
export type AwsOutcome = { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly errorName: string; readonly message: string };

/** What the local Step Functions calls, always as the state machine's role. */
export interface Outside {
  invokeLambda(call: { functionArn: string; payload: unknown; roleArn: string }): Promise<LambdaOutcome>;
  /** `input` is a request of the real API, in its spelling. */
  callAws(call: { service: 'dynamodb'; operation: string; input: unknown; roleArn: string }): Promise<AwsOutcome>;
  /** Must not throw. */
  onStatusChange(event: StatusChange): void;
}

/** What every execution shares. */
export interface Engine {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** From 0 up to 1, for jitter. */
  readonly random: () => number;
  readonly newId: () => string;
  readonly query: Query;
  readonly inFlight: InFlight;
  readonly tokens: TaskTokens;
  readonly outside: Outside;
  /** Writes down what has to outlive the process; does nothing where nothing is kept. */
  readonly keep: (line: RecordLine) => void;
}

/** What can happen to an execution while it waits. */
export type Message =
  | { readonly kind: 'closed' }
  | { readonly kind: 'time' }
  | { readonly kind: 'heartbeat-missed' }
  | { readonly kind: 'reply'; readonly outcome: TaskOutcome }
  | { readonly kind: 'broken'; readonly error: unknown }
  | { readonly kind: 'answer'; readonly outcome: TaskOutcome };

/** A running execution: its record, and what this process holds in memory for it. */
export interface Run {
  readonly engine: Engine;
  readonly machine: StateMachine;
  readonly definition: Machine;
  readonly execution: Execution;
  /** Where the execution waits at the moment, if it does. */
  inbox?: Inbox<Message>;
  /** Stops the timer of the definition's own TimeoutSeconds. */
  cancelTimeout?: () => void;
  /** The process lets go of the execution, which stays as its record has it. */
  abandoned?: true;
}
