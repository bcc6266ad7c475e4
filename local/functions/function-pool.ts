import { randomBytes, randomUUID } from 'node:crypto';
import type { FunctionWorker } from './function-worker.ts';
import { failed, type Outcome } from './outcome.ts';

export interface PoolSettings {
  /** Above it an invocation is refused, as on AWS; undefined means unreserved. */
  readonly reservedConcurrency: number | undefined;
  /** Above it an invocation waits: this machine is smaller than Lambda. Three times as many run where none of them comes to an end, since they only wait. */
  readonly maxWorkers: number;
  readonly idleMs: number;
  /** `name` tells the worker from every other. */
  readonly startWorker: (onEnd: () => void, name: string) => FunctionWorker;
}

export interface FunctionPool {
  /** Runs the handler on an event given as JSON text. */
  invoke(event: string): Promise<Outcome>;
  /** The event, as JSON text, that the worker of this name has in hand. */
  eventOf(name: string): string | undefined;
  /** Kills the worker of this name, if it is one of this pool. */
  kill(name: string): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly event: string;
  readonly resolve: (outcome: Outcome) => void;
}

/** Starting a thread takes the processor for longer than most invocations do, so a short wait for a busy worker comes first. */
const patienceMs = 10;
const maxStartingAtOnce = 2;
/** When no invocation of all has ended for so long, they are waiting for something, and cost no processor. */
const stuckMs = 500;
const stuckFactor = 3;

/** The execution environments of one function: started when they are needed, one event at a time each, ended when idle. */
export function createFunctionPool({ reservedConcurrency, maxWorkers, idleMs, startWorker }: PoolSettings): FunctionPool {
  const workers = new Set<FunctionWorker>();
  const byName = new Map<string, FunctionWorker>();
  const inHand = new Map<FunctionWorker, string>();
  const idle: { worker: FunctionWorker; since: number }[] = [];
  const queue: Waiting[] = [];
  let inFlight = 0;
  let starting = 0;
  let patience: NodeJS.Timeout | undefined;
  let isStuck = false;
  let closed = false;

  const reaper = setInterval(() => {
    for (const { worker } of idle.filter(({ since }) => Date.now() - since > idleMs)) void worker.end();
  }, Math.min(idleMs, 30_000)).unref();

  const forget = (worker: FunctionWorker): void => {
    workers.delete(worker);
    const index = idle.findIndex((entry) => entry.worker === worker);
    if (index >= 0) idle.splice(index, 1);
  };

  function serve(): void {
    while (queue.length > 0) {
      const free = idle.pop(); // the one used last, so that others can fall idle
      if (free === undefined) break;
      const next = queue.shift();
      if (next !== undefined) void give(free.worker, next);
    }
    if (queue.length === 0 || closed) return;
    if (workers.size === 0) grow();
    else if (workers.size < limit()) patience ??= setTimeout(() => {
      patience = undefined;
      grow();
    }, patienceMs);
    else patience ??= setTimeout(() => {
      patience = undefined;
      isStuck = true;
      serve();
    }, stuckMs);
  }

  function limit(): number {
    return isStuck ? maxWorkers * stuckFactor : maxWorkers;
  }

  async function give(worker: FunctionWorker, { event, resolve }: Waiting): Promise<void> {
    inHand.set(worker, event);
    const outcome = await worker.run({ requestId: randomUUID(), traceId: newTraceId(), event });
    inHand.delete(worker);
    if (workers.has(worker)) idle.push({ worker, since: Date.now() });
    isStuck = false;
    clearTimeout(patience);
    patience = undefined;
    resolve(outcome);
    serve();
  }

  function grow(): void {
    while (starting < Math.min(maxStartingAtOnce, queue.length) && workers.size < limit() && !closed) void add();
    if (queue.length > starting && workers.size < limit()) serve();
  }

  async function add(): Promise<void> {
    starting += 1;
    const name = randomUUID();
    const worker = startWorker(() => {
      byName.delete(name);
      forget(worker);
    }, name);
    workers.add(worker);
    byName.set(name, worker);
    const failure = await worker.started;
    starting -= 1;
    // A thread was started for somebody who waits; Lambda tells that caller when loading the function fails.
    if (failure !== undefined) queue.shift()?.resolve(failure);
    else if (workers.has(worker)) idle.push({ worker, since: Date.now() });
    serve();
  }

  return {
    invoke: async (event) => {
      if (reservedConcurrency !== undefined && inFlight >= reservedConcurrency) return failed('throttled', 'TooManyRequestsException', 'Rate Exceeded.');
      inFlight += 1;
      try {
        return await new Promise<Outcome>((resolve) => {
          if (closed) {
            resolve(closing());
            return;
          }
          queue.push({ event, resolve });
          serve();
        });
      } finally {
        inFlight -= 1;
      }
    },
    eventOf: (name) => {
      const worker = byName.get(name);
      return worker && inHand.get(worker);
    },
    kill: (name) => byName.get(name)?.kill(),
    close: async () => {
      closed = true;
      clearInterval(reaper);
      clearTimeout(patience);
      for (const { resolve } of queue.splice(0)) resolve(closing());
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
}

function closing(): Outcome {
  return failed('function', 'Runtime.ExitError', 'The local cloud is closing.');
}

function newTraceId(): string {
  return `Root=1-${Math.floor(Date.now() / 1_000).toString(16)}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
