import type { Identities } from '../iam/identities.ts';
import type { Pace } from '../pace.ts';
import type { Clock } from '../states/clock.ts';
import { invokeWithRetries } from './invoke-with-retries.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import type { FunctionDefinition } from './function-properties.ts';
import { startFunctionWorker, type OutputLine } from './function-worker.ts';
import { failed, type Outcome } from './outcome.ts';
import { workerEnvironment } from './worker-environment.ts';

export interface Functions {
  /** Looks a function up by name, ARN (with or without a version) or logical id. */
  find(reference: string): FunctionDefinition | undefined;
  /** Invokes it and waits for the outcome. `event` is JSON text. */
  invoke(reference: string, event: string): Promise<Outcome>;
  /** Invokes it as AWS services do: retried after errors, the last failure said on its output. Resolves when it is over. */
  invokeAsync(reference: string, event: string): Promise<void>;
  /** The event, as JSON text, that the thread of this name has in hand. */
  eventOf(worker: string): string | undefined;
  /** Kills the thread of this name, whichever function it serves. */
  kill(worker: string): void;
  close(): Promise<void>;
}

export interface FunctionsSettings {
  readonly definitions: readonly FunctionDefinition[];
  readonly identities: Pick<Identities, 'ofFunction'>;
  /** What functions get as AWS's endpoint. */
  readonly endpointUrl: string;
  readonly compileCache: string;
  readonly clock: Clock;
  /** The time that functions themselves see. */
  readonly pace: Pace | undefined;
  /** The most threads of one function; three times as many while none of its events comes to an end. */
  readonly maxThreads: number;
  readonly onOutput: (line: OutputLine) => void;
}

/** Lambda's limit for the event of a synchronous invocation, in bytes. */
const maxRequestBytes = 6_291_456;
const idleMs = 120_000;

/** Prepares a pool for each function. No thread is started before the first event. */
export function createFunctions({ definitions, identities, endpointUrl, compileCache, clock, pace, maxThreads, onOutput }: FunctionsSettings): Functions {
  const pools = new Map<FunctionDefinition, FunctionPool>();
  const byReference = new Map<string, FunctionDefinition>();
  const leaving = new AbortController();
  for (const definition of definitions) {
    const environment = workerEnvironment(definition, identities.ofFunction(definition.name, definition.roleArn), endpointUrl);
    pools.set(
      definition,
      createFunctionPool({
        reservedConcurrency: definition.reservedConcurrency,
        maxWorkers: maxThreads,
        idleMs,
        startWorker: (onEnd, name) => startFunctionWorker({ definition, environment: { ...environment, AWS_SESSION_TOKEN: name }, pace, compileCache, onOutput, onEnd }),
      }),
    );
    for (const reference of [definition.logicalId, definition.name, definition.arn]) byReference.set(reference, definition);
  }

  const find: Functions['find'] = (reference) => byReference.get(reference) ?? byReference.get(reference.replace(/:\$LATEST$/, ''));
  const invoke: Functions['invoke'] = async (reference, event) => {
    const definition = find(reference);
    const pool = definition && pools.get(definition);
    if (pool === undefined) return failed('function', 'ResourceNotFoundException', `Function not found: ${reference}`);
    if (Buffer.byteLength(event) > maxRequestBytes) return failed('tooLarge', 'RequestTooLargeException', `Request must be smaller than ${maxRequestBytes} bytes for the InvokeFunction operation`);
    return pool.invoke(event);
  };

  return {
    find,
    invoke,
    invokeAsync: async (reference, event) => {
      const definition = find(reference);
      if (definition === undefined) return;
      const last = await invokeWithRetries({ definition, clock, signal: leaving.signal, invoke: () => invoke(reference, event) });
      if (last?.ok === false) onOutput({ functionName: definition.name, stream: 'stderr', text: `An asynchronous invocation was given up: ${last.errorType}` });
    },
    eventOf: (worker) => {
      for (const pool of pools.values()) {
        const event = pool.eventOf(worker);
        if (event !== undefined) return event;
      }
      return undefined;
    },
    kill: (worker) => {
      for (const pool of pools.values()) pool.kill(worker);
    },
    close: async () => {
      leaving.abort();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
