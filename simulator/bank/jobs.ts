import type { AerosyncCode } from '../aerosync/refusals.ts';
import type { Agenda } from '../agenda.ts';
import type { Clock } from '../clock.ts';
import type { Identifiers } from '../identifiers.ts';
import type { Connection } from './connections.ts';
import type { Window } from './days.ts';
import { planJob, type JobState, type JobStep } from './job-plan.ts';

export type JobKind = 'balance' | 'transactions' | 'identity';

const prefixes: Readonly<Record<JobKind, string>> = { balance: 'REF', transactions: 'TRN', identity: 'IDT' };

/** The bank's question is answered by this, as at the sandbox's own banks; anything else is rejected. */
export const correctAnswer = 'correct';

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
  failureCode: AerosyncCode | undefined;
}

/** Hears of every state a job enters, the first included, and when. */
export type JobListener = (job: Job, at: number) => void;

/** Every job, and what moves them on. */
export class Jobs {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #ids: Identifiers;
  readonly #listener: JobListener;
  readonly #jobs = new Map<string, Job>();
  readonly #ofConnection = new Map<string, Job[]>();
  readonly #stopWaiting = new Map<string, () => void>();

  constructor(parts: { clock: Clock; agenda: Agenda; ids: Identifiers; listener: JobListener }) {
    this.#clock = parts.clock;
    this.#agenda = parts.agenda;
    this.#ids = parts.ids;
    this.#listener = parts.listener;
  }

  /** Starts a job as the connection's scenario wants it. */
  start(connection: Connection, kind: JobKind, window?: Window): Job {
    const earlier = this.of(connection).filter((job) => job.kind === kind).length;
    const { scenario } = connection;
    const seconds = scenario.occupiedSeconds > 0 ? scenario.jobSeconds : (connection.jobSeconds ?? scenario.jobSeconds);
    return this.#begin(connection, kind, planJob(scenario, seconds, earlier), window);
  }

  /** Starts a job of somebody else's that only keeps the connection busy. */
  occupy(connection: Connection): Job {
    const seconds = connection.jobSeconds ?? connection.scenario.occupiedSeconds;
    return this.#begin(connection, 'identity', planJob({ failures: 0, ends: true, mfaPauses: 0 }, seconds, 0), undefined);
  }

  withId(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** The jobs of a connection, oldest first. */
  of(connection: Connection): readonly Job[] {
    return this.#ofConnection.get(connection.id) ?? [];
  }

  running(connection: Connection): Job | undefined {
    return this.of(connection).find((job) => !isOver(job));
  }

  /** The person answers the bank's question in the widget. A wrong answer leaves the question open. */
  answer(job: Job, answer: string): 'accepted' | 'rejected' | 'not_waiting' {
    if (job.state !== 'pending_mfa') return 'not_waiting';
    if (answer !== correctAnswer) return 'rejected';
    this.#enter(job, job.position + 1, this.#clock.now());
    return 'accepted';
  }

  /** Ends what runs on a connection, since the bank no longer lets us in. */
  failRunning(connection: Connection, code: AerosyncCode): void {
    const job = this.running(connection);
    if (job !== undefined) this.#fail(job, code, this.#clock.now());
  }

  #begin(connection: Connection, kind: JobKind, steps: readonly JobStep[], window: Window | undefined): Job {
    const now = this.#clock.now();
    const id = `${prefixes[kind]}-${this.#ids.hex32()}`;
    const job: Job = { id, kind, connection, createdAt: now, window, steps, position: 0, state: 'initiated', failureCode: undefined };
    this.#jobs.set(id, job);
    this.#ofConnection.set(connection.id, [...this.of(connection), job]);
    this.#enter(job, 0, now);
    return job;
  }

  #enter(job: Job, position: number, at: number): void {
    const step = job.steps[position];
    if (step === undefined) return;
    this.#stopWaiting.get(job.id)?.();
    job.position = position;
    job.state = step.state;
    if (step.state === 'failed') job.failureCode = job.connection.scenario.failureCode;
    this.#listener(job, at);
    if (step.seconds === null) return;
    const next = (due: number): void => (step.state === 'pending_mfa' ? this.#fail(job, undefined, due) : this.#enter(job, position + 1, due));
    this.#stopWaiting.set(job.id, this.#agenda.at(at + step.seconds * 1000, next));
  }

  #fail(job: Job, code: AerosyncCode | undefined, at: number): void {
    this.#stopWaiting.get(job.id)?.();
    job.state = 'failed';
    job.failureCode = code;
    this.#listener(job, at);
  }
}

export function isOver(job: Job): boolean {
  return job.state === 'completed' || job.state === 'failed';
}
