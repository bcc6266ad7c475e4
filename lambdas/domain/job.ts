import * as z from 'zod';
import { errorCodes } from './errors.ts';

export const jobTypes = ['balance', 'transactions', 'identity'] as const;
export const jobType = z.enum(jobTypes);
export type JobType = z.infer<typeof jobType>;

export const jobStatuses = ['queued', 'running', 'awaiting_mfa', 'fetching', 'completed', 'failed', 'expired', 'canceled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** From each status, where a job may go. Terminal statuses absorb. */
export const transitions: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ['running', 'failed', 'expired', 'canceled'],
  running: ['running', 'awaiting_mfa', 'fetching', 'failed', 'expired', 'canceled'],
  awaiting_mfa: ['running', 'awaiting_mfa', 'fetching', 'failed', 'expired', 'canceled'],
  fetching: ['fetching', 'completed', 'failed', 'expired', 'canceled'],
  completed: [],
  failed: [],
  expired: [],
  canceled: [],
};

/** The statuses from which a job may become `next`: what a conditional write names. */
export function statusesBefore(next: JobStatus): JobStatus[] {
  return jobStatuses.filter((status) => transitions[status].includes(next));
}

/** Whether a job in this status has ended for good. */
export function isOver(status: JobStatus): boolean {
  return transitions[status].length === 0;
}

/** What one line of a job's timeline is about. The words for people are made when it is read. */
export const timelineEvents = [
  'accepted', 'create_sent', 'create_refused', 'create_unclear', 'created', 'adopted', 'waiting_for_turn', 'signal_mfa', 'signal_completed',
  'signal_failed', 'polled', 'awaiting_mfa', 'resumed', 'retrying', 'fetching', 'completed', 'failed', 'expired', 'canceled',
] as const;
export type TimelineEvent = (typeof timelineEvents)[number];
const timelineEntry = z.object({ at: z.string(), event: z.enum(timelineEvents) });

/** What ended a job, or will once `RecordFailure` has run. */
export const jobFailure = z.object({ code: z.enum(errorCodes), upstreamCode: z.string().nullable() });
export type JobFailure = z.infer<typeof jobFailure>;

/** How much a signal says: a higher rank replaces a lower one, never the other way round. */
export const signalRanks = { none: 0, mfa: 1, end: 2 } as const;

/** What the strongest signal of an attempt says, with the code that upstream gave a failure. */
export const toldSignal = z.object({ kind: z.enum(['mfa', 'completed', 'failed']), upstreamCode: z.string().nullable() });
export type ToldSignal = z.infer<typeof toldSignal>;

/** The three states of the machine in which a job waits for a task token. */
export const waitStates = ['AwaitTurn', 'AwaitSignal', 'PauseForMfa'] as const;
export type WaitState = (typeof waitStates)[number];

/** One aggregation job: a fetch of one kind of data for one connection. */
export const job = z.object({
  merchantId: z.string(),
  id: z.string(),
  connectionId: z.string(),
  /** Of the connection when the job was accepted. */
  connectionGeneration: z.string(),
  userId: z.string(),
  type: jobType,
  startDate: z.iso.date().nullable(),
  endDate: z.iso.date().nullable(),
  reference: z.string().nullable(),
  retryOf: z.string().nullable(),
  status: z.enum(jobStatuses),
  /** Upstream creates that were accepted, or may have been. */
  attempts: z.number().int(),
  /** Upstream's id of the current attempt. */
  upstreamJobId: z.string().nullable(),
  /** Written before the create is posted: entered again without an id, it says that a create may already be on its way. */
  intent: z.object({ attempt: z.number().int(), at: z.string(), holder: z.string(), unclear: z.boolean() }).nullable(),
  /** Signals heard of, and how far they were read: unread means `signalSeq > heardSeq`. */
  signalSeq: z.number().int(),
  heardSeq: z.number().int(),
  signalRank: z.number().int(),
  signal: toldSignal.nullable(),
  /** Which delivery the newest signal came from, so that its repeat is known as one. */
  signalDigest: z.string().nullable(),
  /** The task token of the current wait. Never leaves the server. */
  waitToken: z.string().nullable(),
  waitState: z.enum(waitStates).nullable(),
  mfaExpiresAt: z.string().nullable(),
  /** Resumes said by the merchant, and how many of them upstream was read after. */
  resumes: z.number().int(),
  heardResumes: z.number().int(),
  failure: jobFailure.nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  completedAt: z.string().nullable(),
  resultExpiresAt: z.string().nullable(),
  timeline: z.array(timelineEntry),
});
export type Job = z.infer<typeof job>;

/** When the person last came back from the widget in the current attempt; undefined when nobody did. */
export function resumedAt({ timeline }: Pick<Job, 'timeline'>): Date | undefined {
  const line = timeline.findLast(({ event }) => event === 'resumed' || event === 'retrying');
  return line?.event === 'resumed' ? new Date(line.at) : undefined;
}

/** The machine's input, and all that names a job anywhere in it. */
export const jobRef = z.object({ merchantId: z.string(), jobId: z.string() });
export type JobRef = z.infer<typeof jobRef>;

/** Inclusive UTC days of a transactions job; null for the other types. */
export interface DateRange {
  readonly startDate: string;
  readonly endDate: string;
}

/** Signals after which a job records no further question of the bank: a storm of deliveries must not grow the row without end. */
export const mfaSignalCap = 50;

/** How often a person may say "I am done" in one job (architecture, "Clocks"). */
export const resumeLimit = 10;
