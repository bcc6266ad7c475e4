import type { Pace } from '../pace.ts';
import type { FunctionError } from './outcome.ts';

/** What a worker thread is started with. */
export interface WorkerStart {
  /** The asset folder; on AWS `/var/task`. */
  readonly taskRoot: string;
  /** `<file>.<export>`, as in the template. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** Absent: the machine's own time. */
  readonly pace?: Pace;
}

/** One invocation. `event` is JSON text, so that nothing but JSON crosses; `deadline` is milliseconds since the epoch. */
export interface Invocation {
  readonly requestId: string;
  readonly traceId: string;
  readonly event: string;
  readonly deadline: number;
}

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'initFailed'; readonly error: FunctionError }
  | { readonly type: 'result'; readonly payload: string }
  /** `fatal`: the thread is about to end, so it must get no further event. */
  | { readonly type: 'failed'; readonly error: FunctionError; readonly fatal?: true }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string };
