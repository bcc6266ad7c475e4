import * as z from 'zod';
import { detailsMembers, type HistoryEventType } from './history-event.ts';

export const executionStatuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

const json = z.json();
const jsonObject = z.record(z.string(), json);
/** Milliseconds since the epoch. */
const moment = z.number();

const taskOutcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), output: json }),
  z.strictObject({ ok: z.literal(false), error: z.string().optional(), cause: z.string().optional() }),
]);

/** A Task that waits for its token, from before its call is made until it ends. */
const tokenWait = z.strictObject({
  kind: z.literal('token'),
  token: z.string(),
  /** The evaluated Arguments. */
  args: json,
  limits: z.strictObject({ timeoutSeconds: z.number().optional(), heartbeatSeconds: z.number().optional() }),
  scheduledAt: moment,
  /** The latest heartbeat, or when the task was scheduled. */
  heardAt: moment,
  /** The call went through. */
  submitted: z.boolean(),
  answer: taskOutcome.optional(),
});
export type TokenWait = z.infer<typeof tokenWait>;

const progress = z.discriminatedUnion('kind', [
  // Of this attempt nothing counts yet: it is made anew. A call that had no reply is made again.
  z.strictObject({ kind: z.literal('attempting') }),
  z.strictObject({ kind: z.literal('waiting'), until: moment }),
  tokenWait,
  z.strictObject({ kind: z.literal('succeeded'), result: json }),
  // Retry and Catch have not been asked yet.
  z.strictObject({
    kind: z.literal('failed'),
    error: z.strictObject({ error: z.string().optional(), cause: z.string().optional(), terminal: z.boolean().optional(), alias: z.string().optional(), location: z.string().optional() }),
  }),
  z.strictObject({ kind: z.literal('retrying'), until: moment }),
]);
/** How far a visit has come: what it goes on with after a restart. */
export type Progress = z.infer<typeof progress>;

/** Attempts made by each Retrier, in the order of `Retry`. */
const retriesUsed = z.array(z.number());

const visit = z.strictObject({
  state: z.string(),
  input: json,
  enteredAt: moment,
  enteredEventId: z.number(),
  /** The event before StateEntered. */
  previousEventId: z.number(),
  retriesUsed,
  progress,
});
/** A stay in one state, from StateEntered to StateExited, over all its retries. */
export type Visit = z.infer<typeof visit>;

const historyEvent = z.strictObject({ id: z.number(), previousEventId: z.number(), at: moment, type: z.custom<HistoryEventType>(isEventType), details: jsonObject });

const changing = {
  status: z.enum(executionStatuses),
  stoppedAt: moment.optional(),
  /** JSON text. */
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  /** State machine variables. */
  variables: jsonObject,
  /** The state to enter once no state is being visited, with its input; without a state, the execution is at its end. */
  onward: z.strictObject({ state: z.string().optional(), input: json }),
  visit: visit.nullable(),
};

/** All there is to know about an execution: plain data, apart from what the process holds in memory to run it. */
export const execution = z.strictObject({
  /** Order of starting, for lists. */
  sequence: z.number(),
  executionArn: z.string(),
  stateMachineArn: z.string(),
  /** The state machine as it was at the start, which counts to the end: its place in `Records.revisions`. */
  revision: z.number(),
  name: z.string(),
  /** JSON text, byte for byte as it was sent. */
  input: z.string(),
  startedAt: moment,
  history: z.array(historyEvent),
  ...changing,
});
export type Execution = z.infer<typeof execution>;

/** What happens to an execution in one step that is done whole or not at all. */
export const change = z.strictObject({
  event: historyEvent.optional(),
  execution: z.strictObject(changing).partial().optional(),
  visit: z.strictObject({ retriesUsed, progress }).partial().optional(),
});
export type Change = z.infer<typeof change>;

export const stateMachine = z.strictObject({
  stateMachineArn: z.string(),
  name: z.string(),
  roleArn: z.string(),
  /** The text, byte for byte as it was given. */
  definition: z.string(),
  createdAt: moment,
});
export type StateMachine = z.infer<typeof stateMachine>;

/** Everything that outlives the process where there is a journal: by ARN, in the order of creation. */
export interface Records {
  /** The latest revision of each. */
  readonly machines: Map<string, StateMachine>;
  readonly revisions: StateMachine[];
  readonly executions: Map<string, Execution>;
  /** Seals the task tokens. */
  readonly tokenKey: string;
}

function isEventType(type: unknown): boolean {
  return typeof type === 'string' && Object.hasOwn(detailsMembers, type);
}
