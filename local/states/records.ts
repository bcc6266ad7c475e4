import type { HistoryEvent } from './history-event.ts';
import type { Json, JsonObject } from './json.ts';

export const executionStatuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/** A stay in one state, from StateEntered to StateExited, over all its retries. */
export interface Visit {
  readonly state: string;
  readonly input: Json;
  /** Milliseconds since the epoch. */
  readonly enteredAt: number;
  readonly enteredEventId: number;
  /** The event before StateEntered. */
  readonly previousEventId: number;
  /** Attempts made by each Retrier, in the order of `Retry`. */
  readonly retriesUsed: number[];
}

/** All there is to know about an execution: plain data, apart from what the process holds in memory to run it. */
export interface Execution {
  /** Order of starting, for lists. */
  readonly sequence: number;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  /** JSON text, byte for byte as it was sent. */
  readonly input: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  status: ExecutionStatus;
  stoppedAt?: number;
  /** JSON text. */
  output?: string;
  error?: string;
  cause?: string;
  /** State machine variables. */
  variables: JsonObject;
  visit?: Visit;
  readonly history: HistoryEvent[];
}

export interface StateMachine {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly roleArn: string;
  /** The text, byte for byte as it was given. */
  readonly definition: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Everything that would have to outlive the process: by ARN, in the order of creation. */
export interface Records {
  readonly machines: Map<string, StateMachine>;
  readonly executions: Map<string, Execution>;
  /** Seals the task tokens. */
  readonly tokenKey: string;
}
