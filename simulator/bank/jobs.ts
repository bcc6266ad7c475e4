import type { AerosyncCode } from '../aerosync/refusals.ts';
import type { Agenda } from '../agenda.ts';
import type { Clock } from '../clock.ts';
import type { Identifiers } from '../identifiers.ts';
import type { Journal } from '../store/journal.ts';
import { Shelf } from '../store/shelf.ts';
import type { Connection, Connections } from './connections.ts';
import type { Window } from './days.ts';
import { isOver, jobRow, type Job, type JobKind } from './job.ts';
import { planJob, type JobState, type JobStep } from './job-plan.ts';

/** The bank's question is answered by this, as at the sandbox's own banks; anything else is rejected. */
export const correctAnswer = 'correct';

/** Hears of every state a job enters, the first included, and when. */
export type JobListener = (job: Job, at: number) => void;

/** Every job, and what moves them on. */
export class Jobs {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #ids: Identifiers;
  readonly #prefixOf: (kind: JobKind) => string;
  readonly #listener: JobListener;
  readonly #jobs: Shelf<Job>;
  readonly #ofConnection = new Map<string, Job[]>();
  readonly #stopWaiting = new Map<string, () => void>();

  constructor(parts: {
    clock: Clock;
    agenda: Agenda;
    ids: Identifiers;
    journal: Journal | undefined;
    connections: Pick<Connections, 'withId'>;
    prefixOf: (kind: JobKind) => string;
    listener: JobListener;
  }) {
    this.#clock = parts.clock;
    this.#agenda = parts.agenda;
    this.#ids = parts.ids;
    this.#prefixOf = parts.prefixOf;
    this.#listener = parts.listener;
    this.#jobs = new Shelf(
      {
        kind: 'job',
        idOf: ({ id }) => id,
        write: (job) => ({ ...job, connection: job.connection.id }),
        read: (row) => jobRow(parts.connections).parse(row),
      },
      parts.journal,
    );
    for (const job of this.#jobs.all()) {
      this.#ofConnection.set(job.connection.id, [...this.of(job.connection), job]);
      this.#planNext(job);
    }
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
    const id = `${this.#prefixOf(kind)}-${this.#ids.hex32()}`;
    const job: Job = { id, kind, connection, createdAt: now, window, steps, position: 0, state: 'initiated', enteredAt: now, failureCode: undefined };
    this.#ofConnection.set(connection.id, [...this.of(connection), job]);
    this.#enter(job, 0, now);
    return job;
  }

  #enter(job: Job, position: number, at: number): void {
    const step = job.steps[position];
    if (step === undefined) return;
    job.position = position;
    this.#become(job, step.state, step.state === 'failed' ? job.connection.scenario.failureCode : undefined, at);
    this.#planNext(job);
  }

  #fail(job: Job, code: AerosyncCode | undefined, at: number): void {
    this.#become(job, 'failed', code, at);
  }

  /** Tells before it keeps: a process that is killed between the two tells again after its next start, and upstream does send twice. */
  #become(job: Job, state: JobState, failureCode: AerosyncCode | undefined, at: number): void {
    this.#stopWaiting.get(job.id)?.();
    this.#stopWaiting.delete(job.id);
    job.state = state;
    job.failureCode = failureCode;
    job.enteredAt = at;
    this.#listener(job, at);
    this.#jobs.put(job);
  }

  #planNext(job: Job): void {
    const step = job.steps[job.position];
    if (isOver(job) || step === undefined || step.seconds === null) return;
    const next = (due: number): void => (step.state === 'pending_mfa' ? this.#fail(job, undefined, due) : this.#enter(job, job.position + 1, due));
    this.#stopWaiting.set(job.id, this.#agenda.at(job.enteredAt + step.seconds * 1000, next));
  }
}
