import { Worker } from 'node:worker_threads';
import type { Pace } from '../pace.ts';
import type { FunctionDefinition } from './function-properties.ts';
import { failed, type Outcome } from './outcome.ts';
import { splitLines } from './split-lines.ts';
import type { FromWorker, Invocation, WorkerStart } from './worker-messages.ts';

export interface OutputLine {
  readonly functionName: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface WorkerSettings {
  readonly definition: FunctionDefinition;
  readonly environment: Readonly<Record<string, string>>;
  readonly pace: Pace | undefined;
  /** Where Node keeps compiled code between workers. */
  readonly compileCache: string;
  readonly onOutput: (line: OutputLine) => void;
  /** Called once, when no further event can be given to this worker. */
  readonly onEnd: () => void;
}

/** One execution environment: a thread that has loaded the handler and takes one event at a time. */
export interface FunctionWorker {
  /** Resolves with nothing when the handler is loaded, else with the failure to report. */
  readonly started: Promise<Outcome | undefined>;
  run(invocation: Omit<Invocation, 'deadline'>): Promise<Outcome>;
  end(): Promise<void>;
  /** Ends it in the middle of whatever it does, as a machine that is lost does. */
  kill(): void;
}

/** Lambda's limit for loading a function. */
const initLimitMs = 10_000;
/** Lambda's limit for the reply of a synchronous invocation, in bytes. */
const maxResponseBytes = 6_291_556;

export function startFunctionWorker({ definition, environment, pace, compileCache, onOutput, onEnd }: WorkerSettings): FunctionWorker {
  const start: WorkerStart = { taskRoot: definition.taskRoot, handler: definition.handler, functionName: definition.name, functionArn: definition.arn, memoryMb: definition.memoryMb, ...(pace !== undefined && { pace }) };
  const worker = new Worker(new URL('./worker-main.ts', import.meta.url), {
    name: definition.name,
    workerData: start,
    env: { ...environment, NODE_COMPILE_CACHE: compileCache },
    execArgv: [],
    argv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb },
  });
  const lines = {
    stdout: splitLines((text) => onOutput({ functionName: definition.name, stream: 'stdout', text })),
    stderr: splitLines((text) => onOutput({ functionName: definition.name, stream: 'stderr', text })),
  };
  let alive = true;
  let requestId = 'none';
  let settle: ((outcome: Outcome | undefined) => void) | undefined;
  let timer: NodeJS.Timeout | undefined;

  const finish = (outcome: Outcome | undefined): void => {
    clearTimeout(timer);
    lines.stdout.flush();
    lines.stderr.flush();
    const waiting = settle;
    settle = undefined;
    waiting?.(outcome);
  };
  const gone = (outcome: Outcome): void => {
    if (alive) onEnd();
    alive = false;
    finish(outcome);
  };
  const limit = (ms: number): void => {
    timer = setTimeout(() => {
      gone(failed('timeout', 'Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${(definition.timeoutMs / 1_000).toFixed(2)} seconds`));
      void worker.terminate();
    }, ms);
  };

  worker.on('message', (message: FromWorker) => {
    switch (message.type) {
      case 'output':
        lines[message.stream].write(message.text);
        return;
      case 'ready':
        finish(undefined);
        return;
      case 'result':
        finish(Buffer.byteLength(message.payload) > maxResponseBytes ? failed('function', 'Function.ResponseSizeTooLarge', `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`) : { ok: true, payload: message.payload });
        return;
      case 'initFailed':
        gone({ ok: false, fault: 'function', ...message.error });
        void worker.terminate();
        return;
      case 'failed': {
        const outcome: Outcome = { ok: false, fault: 'function', ...message.error };
        if (message.fatal === true) gone(outcome);
        else finish(outcome);
      }
    }
  });
  worker.on('error', (error) => {
    const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    gone(failed(outOfMemory ? 'memory' : 'function', 'Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: ${outOfMemory ? 'signal: killed' : 'exit status 1'}`));
  });
  worker.on('exit', (code) => {
    gone(failed('function', 'Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited ${code === 0 ? 'without providing a reason' : `with error: exit status ${code}`}`));
  });
  // What bypasses process.stdout, such as Node's own raw messages.
  worker.stdout.on('data', (chunk: Buffer) => lines.stdout.write(chunk.toString('utf8')));
  worker.stderr.on('data', (chunk: Buffer) => lines.stderr.write(chunk.toString('utf8')));

  limit(initLimitMs + definition.timeoutMs);
  const started = new Promise<Outcome | undefined>((resolve) => {
    settle = resolve;
  });
  return {
    started,
    run: (invocation) =>
      new Promise((resolve) => {
        requestId = invocation.requestId;
        settle = (outcome) => resolve(outcome ?? failed('function', 'Runtime.Unknown', 'The worker answered out of turn.'));
        limit(definition.timeoutMs);
        const complete: Invocation = { ...invocation, deadline: Date.now() + definition.timeoutMs };
        worker.postMessage(complete);
      }),
    end: async () => {
      gone(failed('function', 'Runtime.ExitError', `RequestId: ${requestId} Error: The local cloud is closing`));
      await worker.terminate();
    },
    kill: () => {
      gone(failed('function', 'Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`));
      void worker.terminate();
    },
  };
}
