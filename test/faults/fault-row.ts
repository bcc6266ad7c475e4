import type { Intercept } from '../../local/endpoint/intercept.ts';
import type { Fate } from './webhook-network.ts';
import type { World } from './world.ts';

/** Switches a fault on, for so many jobs. What it gives is called when all of them are over. */
export type Arrange = (world: World, jobs: number) => Promise<(() => Promise<void>) | undefined>;

/** One fault, under which many jobs run. */
export interface FaultRow {
  /** What goes wrong, in the words of the report. */
  readonly name: string;
  /** How many times faster than the wall's the clock runs; 1, the wall's own, when absent. */
  readonly factor?: number;
  /** Threads that each function may take at once; 4 when absent, which two processors keep busy. More where a fault makes functions wait. */
  readonly maxThreads?: number;
  /** The most jobs that the fault allows to be run; no limit when absent. */
  readonly atMost?: number;
  /** The most in a quick run. */
  readonly atMostWhenQuick?: number;
  /** The bank; `default`, with jobs of 1.5 s, when absent. */
  readonly bank?: { readonly scenario: string; readonly jobSeconds?: number };
  /** What becomes of webhooks from the first start on. */
  readonly fate?: () => Fate;
  /** What becomes of calls of functions and of the state machine from the first start on. */
  readonly intercept?: (world: World) => Intercept;
  /** What is wrong when all is over that no job shows, in words. */
  readonly check?: (world: World) => readonly string[];
  /** Switches on what the others cannot say. */
  readonly arrange?: Arrange;
  /** How a job may end: `completed`, or the code it carries. Only `completed` when absent. */
  readonly ends?: readonly string[];
  /** What executions say of a create that the fault makes unclear; such a job may end as `UpstreamUnavailable`, and no other. */
  readonly unclear?: RegExp;
  /** Calls of upstream per job, all jobs together; no limit when absent. */
  readonly callsAtMost?: number;
  /** How long a job may live, in milliseconds, where the fault makes it wait for its turn or for the person; 190 s when absent. */
  readonly longestMs?: number;
  /** It costs the machine next to nothing, so others may run beside it; `when quick`: with few jobs only. */
  readonly isMostlyWaiting?: boolean | 'when quick';
  /** The most creates that one job may have accepted upstream; 1 when absent. */
  readonly creates?: number;
  /** Upstream jobs that somebody else has on each connection; none when absent. */
  readonly others?: number;
}

/** How much a row is to run. */
export interface RowSize {
  readonly assembly: string;
  /** Jobs, or whatever the row counts. */
  readonly wanted: number;
  /** What only takes time is cut short. */
  readonly isQuick: boolean;
}

/** A row of the report, and how it comes about. */
export interface ReportRow {
  readonly name: string;
  readonly factor?: number;
  readonly isMostlyWaiting?: boolean | 'when quick';
  readonly run: (size: RowSize) => Promise<RowResult>;
}

/** What a row of the report says. */
export interface RowResult {
  readonly jobs: number;
  readonly completed: number;
  readonly failedAsTheyShould: number;
  readonly lost: number;
  readonly doubled: number;
  readonly transitionsPerJob: number;
  /** Undefined where nobody counted them. */
  readonly upstreamCallsPerJob: number | undefined;
  /** What the columns have no place for. */
  readonly note?: string;
  /** Lines below the table. */
  readonly details?: readonly string[];
  /** What was lost or doubled, and why; a few of each. */
  readonly problems: readonly string[];
}
