import { onTestFinished } from 'vitest';
import { createStates, type AwsOutcome, type LambdaOutcome, type StatusChange } from '../../local/states/states.ts';
import { VirtualClock } from '../../local/states/virtual-clock.ts';

export const region = 'us-east-1';
export const accountId = '123456789012';
export const roleArn = `arn:aws:iam::${accountId}:role/jobs`;
export const functionArn = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;
export const startedAt = Date.parse('2026-01-01T00:00:00Z');

export interface LambdaCall { functionArn: string; payload: unknown; roleArn: string }
export interface AwsCall { service: string; operation: string; input: unknown; roleArn: string }

/** An event of GetExecutionHistory as it goes over the wire. */
export interface WireEvent {
  id: number;
  previousEventId: number;
  timestamp: number;
  type: string;
  [details: string]: unknown;
}

export interface Described {
  status: string;
  startDate: number;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
}

interface Outside {
  lambda?: (call: LambdaCall) => LambdaOutcome | Promise<LambdaOutcome>;
  aws?: (call: AwsCall) => AwsOutcome | Promise<AwsOutcome>;
  random?: () => number;
  /** Where the records are kept; a second set-up with the same file is the next process. */
  journalFile?: string;
  /** Milliseconds since the epoch at which the clock starts. */
  now?: number;
}

/** A definition in the JSONata dialect that starts with its first state. */
export function machine(states: Record<string, unknown>, rest: Record<string, unknown> = {}): string {
  return JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...rest });
}

/** A Task that invokes a function of its own name with the state's input. */
export const invoke = (name: string, rest: Record<string, unknown> = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: functionArn(name), Payload: '{% $states.input %}' },
  ...rest,
});

/** A Task that waits for a token which it stores in a row. */
export const awaitToken = (rest: Record<string, unknown> = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken',
  Arguments: {
    TableName: 'jobs',
    Key: { pk: { S: 'job-1' } },
    UpdateExpression: 'SET taskToken = :token',
    ExpressionAttributeValues: { ':token': { S: '{% $states.context.Task.Token %}' } },
  },
  ...rest,
});

export const ok = (payload: unknown): LambdaOutcome => ({ ok: true, payload });
export const failing = (errorType: string, errorMessage = 'it broke'): LambdaOutcome => ({ ok: false, errorType, errorMessage, trace: ['at handler'] });

/** Answers one outcome after the other, and complains when asked once too often. */
export function oneAfterTheOther<T>(...outcomes: T[]): () => T {
  return () => {
    const outcome = outcomes.shift();
    if (outcome === undefined) throw new Error('called more often than the test expects');
    return outcome;
  };
}

/** The local Step Functions on a clock that stands still, with an outside that the test scripts. */
export function setup(outside: Outside = {}) {
  const clock = new VirtualClock(outside.now ?? startedAt);
  const lambdaCalls: (LambdaCall & { at: number })[] = [];
  const awsCalls: AwsCall[] = [];
  const changes: StatusChange[] = [];
  let ids = 0;
  const states = createStates({
    clock,
    region,
    accountId,
    random: outside.random ?? (() => 0.5),
    newId: () => `id-${++ids}`,
    journalFile: outside.journalFile,
    async invokeLambda(call) {
      lambdaCalls.push({ ...call, at: clock.now() });
      return (outside.lambda ?? (() => ok(null)))(call);
    },
    async callAws(call) {
      awsCalls.push(call);
      return (outside.aws ?? (() => ({ ok: true, output: {} })))(call);
    },
    onStatusChange: (change) => changes.push(change),
  });
  onTestFinished(() => states.close());

  let machines = 0;
  const handle = async <T>(operation: string, input: unknown) => (await states.handle(operation, input)) as T;
  const create = (definition: string, name = `machine-${++machines}`) => states.createStateMachine({ name, roleArn, definition }).stateMachineArn;

  return {
    clock,
    states,
    handle,
    create,
    lambdaCalls,
    awsCalls,
    changes,
    /** Seconds from the start of the test. */
    elapsed: () => (clock.now() - startedAt) / 1000,
    describe: (executionArn: string) => handle<Described>('DescribeExecution', { executionArn }),
    history: async (executionArn: string) => (await handle<{ events: WireEvent[] }>('GetExecutionHistory', { executionArn, maxResults: 1000 })).events,

    /** Starts an execution and lets it work until it waits or has ended. */
    async start(definition: string, input: unknown = {}): Promise<string> {
      const { executionArn } = await handle<{ executionArn: string }>('StartExecution', { stateMachineArn: create(definition), input: JSON.stringify(input) });
      await states.idle();
      return executionArn;
    },

    /** Starts an execution and moves the clock, timer by timer, until it has ended. */
    async run(definition: string, input: unknown = {}) {
      const { executionArn } = await handle<{ executionArn: string }>('StartExecution', { stateMachineArn: create(definition), input: JSON.stringify(input) });
      do await states.idle();
      while ((await this.describe(executionArn)).status === 'RUNNING' && clock.advanceToNext());
      const { events } = await handle<{ events: WireEvent[] }>('GetExecutionHistory', { executionArn, maxResults: 1000 });
      const described = await this.describe(executionArn);
      return { executionArn, events, ...described, result: described.output === undefined ? undefined : (JSON.parse(described.output) as unknown) };
    },

    /** The task token of the last call that stored one. */
    token(): string {
      const input = awsCalls.at(-1)?.input as { ExpressionAttributeValues: { ':token': { S: string } } } | undefined;
      if (input === undefined) throw new Error('no call has stored a token');
      return input.ExpressionAttributeValues[':token'].S;
    },
  };
}

/** Lets everything happen that waits for no clock; where a call never answers, `idle()` cannot be used. */
export const everythingElse = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The details of the first event of a type. */
export function details(events: readonly WireEvent[], type: string): Record<string, unknown> {
  const event = events.find((candidate) => candidate.type === type);
  const member = Object.entries(event ?? {}).find(([name]) => name.endsWith('EventDetails'));
  return (member?.[1] ?? {}) as Record<string, unknown>;
}
