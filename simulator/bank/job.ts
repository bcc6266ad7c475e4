import * as z from 'zod';
import { aerosyncCodes, type AerosyncCode } from '../aerosync/refusals.ts';
import type { Connection, Connections } from './connections.ts';
import type { Window } from './days.ts';
import { jobStates, type JobState, type JobStep } from './job-plan.ts';

export const jobKinds = ['balance', 'transactions', 'identity'] as const;

export type JobKind = (typeof jobKinds)[number];

/** One aggregation job. Plain data: what will happen to it by itself stands on the agenda. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly connection: Connection;
  readonly createdAt: number;
  /** The days asked for; only for transactions. */
  readonly window: Window | undefined;
  readonly steps: readonly JobStep[];
  position: number;
  state: JobState;
  /** When it entered this state. */
  enteredAt: number;
  failureCode: AerosyncCode | undefined;
}

export function isOver(job: Pick<Job, 'state'>): boolean {
  return job.state === 'completed' || job.state === 'failed';
}

const shape = z.object({
  id: z.string(),
  kind: z.enum(jobKinds),
  connection: z.string(),
  createdAt: z.number(),
  window: z.object({ startDate: z.string(), endDate: z.string() }).optional(),
  steps: z.array(z.object({ state: z.enum(jobStates), seconds: z.number().nullable() })),
  position: z.number(),
  state: z.enum(jobStates),
  enteredAt: z.number(),
  failureCode: z.enum(aerosyncCodes).optional(),
});

/** A stored job, which names its connection, as a job again. */
export function jobRow(connections: Pick<Connections, 'withId'>): z.ZodType<Job> {
  return shape.transform(({ connection: id, window, failureCode, ...rest }, context): Job => {
    const connection = connections.withId(id);
    if (connection !== undefined) return { ...rest, connection, window, failureCode };
    context.addIssue('no such connection');
    return z.NEVER;
  });
}
