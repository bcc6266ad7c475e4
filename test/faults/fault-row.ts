import type { Intercept } from '../../local/endpoint/intercept.ts';
import type { Fate } from './webhook-network.ts';
import type { World } from './world.ts';

/** One fault, under which many jobs run: a row of the report. */
export interface FaultRow {
  /** What goes wrong, in the words of the report. */
  readonly name: string;
  /** How many times faster than the wall's the clock runs; 1, the wall's own, when absent. */
  readonly factor?: number;
  /** Threads that each function may take at once; 4 when absent, which two processors keep busy. More where a fault makes functions wait. */
  readonly maxThreads?: number;
  /** The most jobs that the fault allows to be run; no limit when absent. */
  readonly atMost?: number;
  /** The bank; `default`, with jobs of 1.5 s, when absent. */
  readonly bank?: { readonly scenario: string; readonly jobSeconds?: number };
  /** What becomes of webhooks from the first start on. */
  readonly fate?: () => Fate;
  /** What becomes of calls of functions and of the state machine from the first start on. */
  readonly intercept?: (world: World) => Intercept;
  /** Switches on what the two above cannot say. What it gives is called when all jobs are over. */
  readonly arrange?: (world: World, jobs: number) => Promise<(() => Promise<void>) | undefined>;
  /** How a job may end: `completed`, or the code it carries. Only `completed` when absent. */
  readonly ends?: readonly string[];
  /** The most creates that one job may have accepted upstream; 1 when absent. */
  readonly creates?: number;
}

/** What a row of the report says. */
export interface RowResult {
  readonly name: string;
  readonly clock: string;
  readonly jobs: number;
  readonly completed: number;
  readonly failedAsTheyShould: number;
  readonly lost: number;
  readonly doubled: number;
  readonly transitionsPerJob: number;
  readonly upstreamCallsPerJob: number;
  readonly seconds: number;
  /** What was lost or doubled, and why; a few of each. */
  readonly problems: readonly string[];
}

export function clockName(factor: number): string {
  return factor === 1 ? 'wall' : `×${factor}`;
}
