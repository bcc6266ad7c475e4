import { createHash } from 'node:crypto';
import type { VirtualClock } from '../../local/states/virtual-clock.ts';
import { AppError, type ErrorCode } from '../../lambdas/domain/errors.ts';
import type { DateRange, JobType } from '../../lambdas/domain/job.ts';
import type { JobSignal, SignalKind, UpstreamData, UpstreamJobState, UpstreamJobs } from '../../lambdas/ports.ts';

/** What becomes of one job upstream, in milliseconds of the virtual clock. */
export interface Course {
  readonly takesMs?: number;
  /** Asks the person after this long, and goes on `takesMs` after the answer. */
  readonly asksAfterMs?: number;
  readonly ends?: 'completed' | 'failed';
  readonly upstreamCode?: string;
  /** Whether its webhooks come. */
  readonly silent?: boolean;
}

interface UpstreamJob {
  readonly id: string;
  readonly merchantId: string;
  readonly connectionId: string;
  readonly type: JobType;
  readonly course: Course;
  state: UpstreamJobState;
}

/** Upstream as the job's tasks see it, on a virtual clock. Faults are queued per call and thrown in order. */
export class FakeUpstreamJobs implements UpstreamJobs {
  readonly calls: string[] = [];
  readonly jobs = new Map<string, UpstreamJob>();
  /** Refused before it is accepted, or accepted and its reply lost. */
  readonly createFaults: (Error | { readonly afterAccept: Error })[] = [];
  readonly readFaults: Error[] = [];
  readonly dataFaults: Error[] = [];
  courses: Course[] = [];
  /** What the next read answers, whatever the job's state. */
  readOnce: UpstreamJobState | undefined;
  /** Whether the word of a question stays away, so that a flag alone tells of it. */
  asksByFlag = false;
  /** Whether a second job on a connection is refused, as upstream does. */
  oneAtATime = false;
  /** Where webhooks go; deliveries under way are awaited by `quiet`. */
  deliver: (signal: JobSignal) => Promise<void> = async () => undefined;
  /** Called when a call arrives. */
  onCall: (call: string) => Promise<void> = async () => undefined;
  /** Called before a create is sent: on the way to a token, for instance. */
  onWayToCreate: () => Promise<void> = async () => undefined;
  /** Called between upstream's acceptance of a create and its reply. */
  beforeCreateReply: (upstreamJobId: string) => Promise<void> = async () => undefined;
  readonly #clock: VirtualClock;
  readonly #underWay = new Set<Promise<void>>();
  #created = 0;
  #delivered = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async create(merchantId: string, connectionId: string, type: JobType, _dates: DateRange | null, sendBefore?: Date): Promise<{ upstreamJobId: string }> {
    await this.onWayToCreate();
    if (sendBefore !== undefined && this.#clock.now() > sendBefore.getTime()) throw new AppError('UpstreamUnavailable', 'no time left', { surelyNotAccepted: true });
    await this.#arrive('create');
    const fault = this.createFaults.shift();
    if (fault instanceof Error) throw fault;
    const running = [...this.jobs.values()].some((one) => one.connectionId === connectionId && ['processing', 'mfa_required'].includes(one.state.state));
    if (this.oneAtATime && running) throw new AppError('UpstreamBusy', 'another job runs', { surelyNotAccepted: true });
    const job = this.accept(merchantId, connectionId, type);
    await this.beforeCreateReply(job.id);
    if (fault !== undefined) throw fault.afterAccept;
    return { upstreamJobId: job.id };
  }

  /** Upstream accepts a job, whether or not anyone hears of it. */
  accept(merchantId: string, connectionId: string, type: JobType): UpstreamJob {
    const course = this.courses[Math.min(this.#created, this.courses.length - 1)] ?? {};
    const job: UpstreamJob = { id: `UP-${++this.#created}-${merchantId.slice(-6)}`, merchantId, connectionId, type, course, state: { state: 'processing' } };
    this.jobs.set(job.id, job);
    this.#signal(job, 'initiated');
    if (course.asksAfterMs === undefined) this.#endLater(job);
    else this.#clock.setTimer(course.asksAfterMs, () => this.ask(job.id));
    return job;
  }

  /** The bank asks the person (again). */
  ask(upstreamJobId: string): void {
    const job = this.#job(upstreamJobId);
    job.state = { state: 'mfa_required', ...(this.asksByFlag && { byFlagOnly: true }) };
    this.#signal(job, 'mfa');
  }

  /** The person answers in the widget. */
  answer(upstreamJobId: string): void {
    const job = this.#job(upstreamJobId);
    job.state = { state: 'processing' };
    this.#endLater(job);
  }

  async readState(_merchantId: string, _connectionId: string, upstreamJobId: string): Promise<UpstreamJobState> {
    await this.#arrive('readState');
    const fault = this.readFaults.shift();
    if (fault !== undefined) throw fault;
    const once = this.readOnce;
    this.readOnce = undefined;
    return once ?? this.#job(upstreamJobId).state;
  }

  async readData(_merchantId: string, _connectionId: string, _upstreamJobId: string, type: JobType): Promise<UpstreamData> {
    await this.#arrive('readData');
    const fault = this.dataFaults.shift();
    if (fault !== undefined) throw fault;
    switch (type) {
      case 'balance':
        return { type, asOf: null, available: { amountMinor: 312425, currency: 'USD' }, current: null };
      case 'transactions':
        return { type, asOf: null, items: [] };
      case 'identity':
        return { type, asOf: null, accountHolderName: 'Dwight Schrute', email: null, phone: null, address: null };
    }
  }

  errorCodeFor(upstreamCode: string): ErrorCode | undefined {
    return upstreamCode === 'AC-104' ? 'UserActionRequired' : upstreamCode === 'AC-105' ? 'NotAvailable' : undefined;
  }

  /** Resolves when every delivery that is under way has been answered. */
  async quiet(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #arrive(call: string): Promise<void> {
    this.calls.push(call);
    await this.onCall(call);
  }

  #endLater(job: UpstreamJob): void {
    if (job.course.takesMs === undefined) return;
    this.#clock.setTimer(job.course.takesMs, () => {
      const ends = job.course.ends ?? 'completed';
      job.state = ends === 'completed' ? { state: 'completed' } : { state: 'failed', upstreamCode: job.course.upstreamCode ?? null };
      this.#signal(job, ends);
    });
  }

  #signal(job: UpstreamJob, kind: SignalKind): void {
    if (job.course.silent === true) return;
    const delivery = this.deliver(this.signalOf(job.id, kind)).finally(() => this.#underWay.delete(delivery));
    this.#underWay.add(delivery);
  }

  /** A delivery as upstream would send it now; every call makes a distinct one. */
  signalOf(upstreamJobId: string, kind: SignalKind): JobSignal {
    const job = this.#job(upstreamJobId);
    return {
      merchantId: job.merchantId, upstreamJobId, connectionId: job.connectionId, type: job.type, kind,
      upstreamCode: kind === 'failed' ? (job.course.upstreamCode ?? null) : null,
      digest: createHash('sha256').update(`${upstreamJobId} ${kind} ${++this.#delivered}`).digest('hex'),
      sentAt: new Date(this.#clock.now()),
    };
  }

  #job(upstreamJobId: string): UpstreamJob {
    const job = this.jobs.get(upstreamJobId);
    if (job === undefined) throw new Error(`upstream has no job ${upstreamJobId}`);
    return job;
  }
}
