import type { EngineChoice } from './dynamodb/start-engine.ts';
import type { Intercept } from './endpoint/intercept.ts';
import type { OutputLine } from './functions/function-worker.ts';
import type { Outcome } from './functions/outcome.ts';
import type { LocalCloudError } from './local-cloud-error.ts';
import type { Pace } from './pace.ts';
import type { Clock } from './states/clock.ts';

export interface LocalCloudOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** Where the (first) HTTP API listens; 0, the default, takes a free port. */
  readonly port?: number;
  /** Other values for variables that functions declare. A name that no function declares is refused. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Leaves no choice of the engine; by default the environment's endpoint, then dynoxide, then Java. */
  readonly dynamodb?: EngineChoice | undefined;
  /** Every line that a function writes. */
  readonly onOutput?: (line: OutputLine) => void;
  /** A folder, made if need be, that keeps tables, secrets and executions from one boot to the next; all is forgotten when absent. One process at a time. */
  readonly data?: string | undefined;
  /** The time of waits, schedules and caches. Time limits of functions are real ones whatever this says. */
  readonly clock?: Clock;
  /** Lets all time run faster, that of functions too, instead of a clock. What limits a call on the network or a function stays real. */
  readonly pace?: Pace | undefined;
  /** The most threads of one function, and three times as many while none of its events comes to an end; 50 when absent. Fewer start sooner under a load that one machine can take. */
  readonly maxThreads?: number | undefined;
  /** Lets calls of functions and state machines go wrong. */
  readonly intercept?: Intercept | undefined;
}

/** A running local cloud. */
export interface LocalCloud {
  /** The first HTTP API, without a trailing slash. */
  readonly apiUrl: string;
  /** Every HTTP API by logical id. */
  readonly apiUrls: Readonly<Record<string, string>>;
  /** The AWS endpoint as functions see it: DynamoDB, Step Functions, Secrets Manager; only keys of this boot are known. */
  readonly endpointUrl: string;
  /** The same for a developer's tools: DynamoDB and Step Functions take any key here. */
  readonly toolsUrl: string;
  /** Where tools find DynamoDB; the same as `toolsUrl`. */
  readonly dynamodbUrl: string;
  readonly region: string;
  /** By logical id, and by name. */
  readonly stateMachineArns: Readonly<Record<string, string>>;
  /** Table names by logical id. */
  readonly tables: Readonly<Record<string, string>>;
  /** Secret ARNs by logical id. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Function names by logical id. */
  readonly functions: Readonly<Record<string, string>>;
  /** Outputs of all stacks, by `<stack>.<output>`, by export name, and by output name where that is unambiguous. */
  readonly outputs: Readonly<Record<string, string>>;
  /** A key that may do everything at both endpoints. */
  readonly adminCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Invokes a function, by name, ARN or logical id, with an event that is sent as JSON. */
  readonly invoke: (functionName: string, event: unknown) => Promise<Outcome>;
  /** Resolves if something that the local cloud needs ends by itself. */
  readonly failure: Promise<LocalCloudError>;
  /** Ends everything that was started. */
  readonly close: () => Promise<void>;
}
