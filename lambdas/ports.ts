import type { BankAccount } from './domain/bank-account.ts';
import type { Connection, ConnectionStatus } from './domain/connection.ts';
import type { LinkPayload } from './domain/connection-to-link.ts';
import type { ErrorCode, NextAction } from './domain/errors.ts';
import type { Event, EventFacts } from './domain/event.ts';
import type { RowChange } from './domain/event-of-change.ts';
import type { DateRange, Job, JobFailure, JobRef, JobStatus, JobType, TimelineEvent, ToldSignal } from './domain/job.ts';
import type { MachineSignal } from './domain/job-machine.ts';
import type { ApiKey, Merchant, UpstreamChoices, UpstreamCredentials, WebhookSecrets } from './domain/merchant.ts';
import type { BalanceResult, IdentityResult, Transaction, TransactionsHead } from './domain/results.ts';
import type { Person, User, Verification, VerificationChannel } from './domain/user.ts';

export interface Clock {
  now(): Date;
}

export type Sleep = (milliseconds: number) => Promise<void>;

/** One page of a list, newest first. `position` is where the next page starts; undefined at the end. */
export interface Page<T> {
  readonly items: T[];
  readonly position: string | undefined;
}
export interface PageRequest {
  readonly limit: number;
  /** Where a former page stopped. */
  readonly position?: string | undefined;
}

// ---------------------------------------------------------------------------------------------------------------- storage

/** The right to create one person: held by one request at a time, over both the external id and the phone number. */
export interface PersonClaim {
  readonly merchantId: string;
  readonly userId: string;
  readonly externalId: string;
  readonly phoneNumber: string;
}

export interface UserRepository {
  /**
   * Reserves the pair of external id and phone number for one create, in one transaction.
   * `held` means that another request that needs either of them is under way; its lease ends by itself.
   */
  claim(claim: PersonClaim, now: Date, leaseMs: number): Promise<'claimed' | 'held' | 'conflict' | { readonly stored: User }>;
  /** Gives the claim back after a create that stored nothing. */
  release(claim: PersonClaim): Promise<void>;
  /** Stores the person and makes the claim permanent, in one transaction. */
  store(user: User): Promise<void>;
  find(merchantId: string, userId: string): Promise<User | undefined>;
  findByExternalId(merchantId: string, externalId: string): Promise<User | undefined>;
  list(merchantId: string, page: PageRequest): Promise<Page<User>>;
  /** Marks the person as confirmed. Keeps a uuid that is already stored when none is given. */
  confirm(merchantId: string, userId: string, aeroPassUserUuid: string | null): Promise<User>;
  /** Counts a try of the code that was sent at `sentAt` before it is made, unless its tries are used up or another code was sent. */
  reserveTry(merchantId: string, userId: string, sentAt: string, triedAt: Date): Promise<User | undefined>;
  /** Notes that upstream has judged the try that was made at `triedAt`, unless an older one is not judged yet. */
  settleTry(merchantId: string, userId: string, sentAt: string, triedAt: Date): Promise<void>;
  /** Takes the count of a try back that upstream did not judge. */
  returnTry(merchantId: string, userId: string, sentAt: string): Promise<void>;
  /** Notes that the confirmation of the code sent at `sentAt` may have succeeded. */
  markUnclear(merchantId: string, userId: string, sentAt: string): Promise<void>;
  /** Upstream no longer knows the person at this merchant, or a new code was sent. */
  requireVerification(merchantId: string, userId: string, verification: Verification | null): Promise<User>;
  /** Upstream was asked for the person anew and may know them under another id. */
  renewUpstreamId(merchantId: string, userId: string, renewed: UpstreamPerson): Promise<User>;
  /** Notes that a code is about to be asked for, unless another request did so since `user` was read, or the person was confirmed. */
  reserveCode(user: User, codesSentAt: readonly string[]): Promise<boolean>;
  /** Changes what the merchant says of a person. `conflict`: another person has the external id. */
  change(merchantId: string, userId: string, changes: UserChanges): Promise<{ readonly user: User } | 'conflict'>;
}

/** Fields to change; a field that is left out stays. */
export type UserChanges = Partial<Pick<User, 'firstName' | 'lastName' | 'email' | 'externalId'>>;

export interface ConnectionFilter {
  readonly userId?: string | undefined;
  readonly status?: ConnectionStatus | undefined;
  readonly expiresBefore?: string | undefined;
}

export interface ConnectionRepository {
  /** Stores or renews a connection, unless another user has the id. `createdAt` and `generation` of a known one stay. */
  save(connection: Omit<Connection, 'generation'>): Promise<{ readonly outcome: 'created' | 'renewed'; readonly connection: Connection } | { readonly outcome: 'conflict' }>;
  /** Stores what was read of a connection, unless it was marked since the read began; answers what stands there now. Undefined when it was removed since, also where it was saved anew. */
  renew(connection: Connection): Promise<Connection | undefined>;
  find(merchantId: string, connectionId: string): Promise<Connection | undefined>;
  list(merchantId: string, filter: ConnectionFilter, page: PageRequest): Promise<Page<Connection>>;
  /** Sets the status, unless the connection was saved again after `readAt`. `isReading`: upstream itself was just read, which counts as a check. */
  mark(merchantId: string, connectionId: string, status: ConnectionStatus, readAt: Date, isReading?: boolean): Promise<void>;
  /** Every connection, of every merchant, that expires within the window, soonest first. The list lags, so what is on it is to be read. */
  listExpiring(window: { readonly from: Date; readonly to: Date }): AsyncIterable<{ readonly merchantId: string; readonly connectionId: string }>;
}

export interface JobFilter {
  readonly connectionId?: string | undefined;
  readonly userId?: string | undefined;
  readonly status?: JobStatus | undefined;
  readonly type?: JobType | undefined;
  readonly reference?: string | undefined;
  readonly createdAfter?: string | undefined;
}

export type SignalKind = 'initiated' | 'mfa' | 'completed' | 'failed';

/** What a signed delivery says of one upstream job. */
export interface JobSignal {
  readonly merchantId: string;
  readonly upstreamJobId: string;
  readonly connectionId: string | undefined;
  /** Undefined where upstream's event does not tell: enough to wake a known job, not for an unclear create to adopt. */
  readonly type: JobType | undefined;
  readonly kind: SignalKind;
  readonly upstreamCode: string | null;
  /** SHA-256 of the raw body: a repeat of one delivery has the same. */
  readonly digest: string;
  readonly sentAt: Date;
}

export interface JobRepository {
  /**
   * One transaction: the job, its claim, the kept reply of its idempotency key, and a condition that the connection is still there, the same, and usable.
   * `joined`: a job of the same type and dates already runs on the connection. `connection_gone`: it was removed since it was read, and may have been saved anew.
   */
  create(job: Job, kept: KeptReply | undefined): Promise<{ readonly outcome: 'created' } | { readonly outcome: 'joined'; readonly job: Job } | { readonly outcome: 'connection_unusable' | 'connection_gone' }>;
  find(ref: JobRef): Promise<Job | undefined>;
  list(merchantId: string, filter: JobFilter, page: PageRequest): Promise<Page<Job>>;
  /** Every job that has not ended, of every merchant, each minute in another order: what the sweep looks at. The list lags, so what is on it is to be read. */
  listOpen(now: Date): AsyncIterable<JobRef>;
  /** The jobs that have not ended on one connection. */
  running(merchantId: string, connectionId: string): Promise<Job[]>;
}

/** What the tasks of the state machine write. Every write names the statuses it may come from; an ended job is never touched. */
export interface JobProgress {
  /**
   * Writes the intent of a create and starts the attempt from nothing. `known`: this attempt already has an upstream id;
   * `unclear`: its create may be on its way. `holder` names this invocation, so that a repeated write knows its own first success.
   */
  beginAttempt(ref: JobRef, attempt: number, holder: string, now: Date): Promise<{ readonly outcome: 'intended' | 'known' | 'unclear'; readonly job: Job } | { readonly outcome: 'over' }>;
  /** Takes the intent back after a refusal that surely accepted nothing. */
  clearIntent(ref: JobRef, attempt: number, event: TimelineEvent, now: Date): Promise<void>;
  /** Marks the intent as unclear and answers the upstream id that a webhook has meanwhile told, if any. */
  markUnclear(ref: JobRef, attempt: number, now: Date): Promise<string | undefined>;
  /** Writes upstream's id on the job, then binds the id to the job; answers the strongest signal that came before. */
  bind(ref: JobRef, attempt: number, upstreamJobId: string, now: Date): Promise<{ readonly outcome: 'bound'; readonly signal: ToldSignal | undefined } | { readonly outcome: 'over' }>;
  /** Marks everything signalled so far as heard, before upstream is read. Undefined when the job is over. */
  hear(ref: JobRef, now: Date): Promise<Job | undefined>;
  /** Keeps what will be the job's error if this attempt was the last. */
  noteFailure(ref: JobRef, failure: JobFailure): Promise<void>;
  /** Undefined when the job is over. */
  startFetching(ref: JobRef, now: Date): Promise<Job | undefined>;
  /** Ends the job and frees its claim in one transaction. Answers it with the token it waited under, or undefined when it was already over. */
  end(ref: JobRef, end: JobEnd, now: Date): Promise<Job | undefined>;
  /**
   * Counts a resume, so that a pause that begins just now looks again, unless one is counted that nobody has acted upon yet: then it stands for both.
   * Undefined when the job does not wait for the person or its resumes are used up.
   */
  countResume(ref: JobRef, now: Date): Promise<Job | undefined>;
  /** Shows the job as running again after the pause that this token ended; a newer pause stays as it is. */
  leavePause(ref: JobRef, token: string, now: Date): Promise<void>;
}

/** A job that upstream still runs although ours was canceled: upstream cannot cancel. */
export interface UpstreamOrphan {
  readonly upstreamJobId: string;
  /** The canceled job. */
  readonly jobId: string;
}

/** What canceled jobs left behind upstream. A job is like another when connection, type and dates are the same. */
export interface UpstreamOrphans {
  find(like: Job, now: Date): Promise<UpstreamOrphan | undefined>;
  /** Gives the orphan to a job whose intent is written. `gone`: it is another job's by now; `over`: the job itself has ended. */
  take(job: Job, orphan: UpstreamOrphan, now: Date): Promise<'taken' | 'gone' | 'over'>;
  forget(like: Job, orphan: UpstreamOrphan): Promise<void>;
}

/** What signed deliveries write. */
export interface JobSignals {
  /**
   * Stores a delivery on the row of its upstream job, once, and answers the job it belongs to where that is known. An upstream job that is
   * nobody's goes to the one job whose create is unclear, if no other can have started it.
   * `isRepeat`: this very delivery came before.
   */
  recordDelivery(signal: JobSignal, now: Date): Promise<{ readonly jobId: string | undefined; readonly isRepeat: boolean }>;
  /** Whether this delivery, which is about no job, did not come before. The SDK's repeat of the write says no, too: the next delivery is as good. */
  isFirst(merchantId: string, digest: string, now: Date): Promise<boolean>;
  /** Puts the signal on the job if it says something new, and answers the wait it should wake. A repeat is no other question of the bank. */
  applySignal(ref: JobRef, signal: JobSignal, isRepeat: boolean, now: Date): Promise<{ readonly outcome: 'wake'; readonly wait: Wait } | { readonly outcome: 'stored' | 'stale' | 'repeated' | 'over' }>;
}

export interface Wait {
  readonly token: string;
  /** Whether the person was asked before in this job: a question may then be one that is answered already. */
  readonly isAfterPause: boolean;
}

/** How a job ends that brings nothing. */
export type JobEnd =
  | { readonly status: 'failed' | 'expired'; readonly failure: JobFailure }
  | { readonly status: 'canceled' };

export type StoredResult =
  | { readonly head: BalanceResult }
  | { readonly head: IdentityResult }
  | { readonly head: TransactionsHead; readonly items: readonly Transaction[] };

export interface ResultRepository {
  /** Stores the whole result of a job, page by page, then its head. A repeat overwrites. Nobody reads it before the job is completed. */
  store(ref: JobRef, result: StoredResult, expiresAt: Date): Promise<void>;
  /** Removes all that is stored of a job's result. */
  remove(ref: JobRef): Promise<void>;
  /** Undefined when nothing is stored or its retention is over at `now`. */
  readHead(ref: JobRef, now: Date): Promise<BalanceResult | IdentityResult | TransactionsHead | undefined>;
  /** Transactions in the order upstream gave them; undefined when nothing is stored. @throws AppError Internal rather than leave any out */
  readTransactions(ref: JobRef, page: PageRequest): Promise<Page<Transaction> | undefined>;
  /** The job that brought the newest result of a kind. */
  newest(merchantId: string, connectionId: string, type: JobType, now: Date): Promise<{ readonly jobId: string; readonly completedAt: string } | undefined>;
  /** Forgets which jobs brought the newest results of a connection, where that is one of `jobIds`. */
  forgetNewest(merchantId: string, connectionId: string, jobIds: ReadonlySet<string>): Promise<void>;
}

/** The end of a job whose result is stored. */
export interface JobCompletion {
  /** Completes the job, frees its claim and makes its result the newest of its kind, at once. Undefined when the job was over before. */
  complete(ref: JobRef, resultExpiresAt: Date, now: Date): Promise<Job | undefined>;
}

/** The reply that an idempotency key will repeat. */
export interface KeptReply {
  readonly key: IdempotencyKey;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
  readonly expiresAt: Date;
}

export interface IdempotencyKey {
  readonly merchantId: string;
  /** Method, actual path and the caller's key. */
  readonly name: string;
  /** Identifies this run of the request, so that a late one cannot complete another's record. */
  readonly holder: string;
}

export interface IdempotencyRecords {
  /** Starts a request under its key, unless the key is in use. `fingerprint` is a keyed hash of the request. */
  begin(key: IdempotencyKey, fingerprint: string, now: Date, lockMs: number): Promise<'started' | 'in_progress' | 'reused' | Pick<KeptReply, 'status' | 'headers' | 'body'>>;
  keep(reply: KeptReply): Promise<void>;
  /** Forgets a request whose reply is not kept, so that a repeat runs again. */
  forget(key: IdempotencyKey): Promise<void>;
}

export interface ApiKeyRepository {
  store(hash: string, key: ApiKey): Promise<void>;
  findByHash(hash: string): Promise<ApiKey | undefined>;
}

export interface MerchantRepository {
  store(merchant: Merchant): Promise<void>;
  find(merchantId: string): Promise<Merchant | undefined>;
}

/** What of upstream's alternatives a merchant uses. Asked with every call upstream, so it may be a minute old. */
export interface MerchantSettings {
  upstreamChoices(merchantId: string): Promise<UpstreamChoices>;
}

/** A connection that is gone, and whose jobs and results are still to go. */
export interface Removal {
  readonly merchantId: string;
  readonly connectionId: string;
  /** Of the connection that was removed: what belongs to the same connection saved anew is not touched. */
  readonly generation: string;
  /** When it began. */
  readonly at: string;
  /** The jobs of the list up to here are done with. */
  readonly position?: string | undefined;
}

export interface ConnectionRemovals {
  /** Removes the connection and notes, in the same transaction, that the rest has to follow. Undefined when there is no such connection. */
  begin(merchantId: string, connectionId: string, now: Date): Promise<Removal | undefined>;
  /** The removals of one connection that are not finished. */
  find(merchantId: string, connectionId: string): Promise<Removal[]>;
  /** Every removal that is not finished, of every merchant. */
  listOpen(): AsyncIterable<Removal>;
  /** Notes how far it has come, so that whoever goes on with it begins there. */
  advance(removal: Removal, position: string): Promise<void>;
  finish(removal: Removal): Promise<void>;
}

/** A place among those of one merchant who wait for a job at the same time. */
export interface LongPollPlace {
  readonly merchantId: string;
  readonly window: number;
}

export interface LongPolls {
  /** Undefined when `limit` callers of the merchant wait already. The place of a caller who dies is free again after a minute at most. */
  take(merchantId: string, limit: number, now: Date): Promise<LongPollPlace | undefined>;
  leave(place: LongPollPlace): Promise<void>;
}

/** Whether signed deliveries can be counted on, one small row per merchant. */
export interface WebhookTrust {
  isTrusted(merchantId: string): Promise<boolean>;
  set(merchantId: string, trusted: boolean, now: Date): Promise<void>;
}

/** A change that a table's stream recorded. */
export interface RecordedChange {
  /** The same however often the record is delivered. */
  readonly id: string;
  /** Undefined for rows that no event is about: claims, signals and the like. */
  readonly change: RowChange | undefined;
}
export interface ChangeRecords {
  /** @throws AppError Internal that names the paths at which the record differs, never a value */
  read(record: unknown): RecordedChange;
}

export interface NewEvent {
  /** Names the change that it tells of: a feed has one event of each. */
  readonly changeId: string;
  readonly facts: EventFacts;
}
export interface EventPage {
  readonly items: Event[];
  readonly hasMore: boolean;
}

/** What happened at each merchant, in one order that never changes: whatever is published stands behind all that was readable before. */
export interface EventFeed {
  /**
   * Puts events at the end of a merchant's feed, in this order, all but those whose change is in it already.
   * @throws AppError Internal when others keep the end of the feed busy; a part may be published then, and a repeat publishes the rest
   */
  publish(merchantId: string, events: readonly NewEvent[], now: Date): Promise<void>;
  /**
   * Reads on behind an event, or from the oldest that is kept.
   * @returns undefined when `after` is the id of no event that this feed has or had
   */
  read(merchantId: string, page: { readonly after?: string | undefined; readonly limit: number }, now: Date): Promise<EventPage | undefined>;
}

// --------------------------------------------------------------------------------------------------------------- upstream

export interface CreatedUpstreamUser {
  readonly upstreamUserId: string;
  readonly aeroPassUserUuid: string | null;
  /** Null when the person is usable at once. */
  readonly verification: { readonly channel: VerificationChannel; readonly destination: string | null } | null;
}

/** Aeropay: the person's identity. Never retries a create. */
export interface UpstreamUsers {
  /** Disconnects a person whom upstream already knows from this merchant until `confirm` succeeds: never call it for a stored person. */
  create(merchantId: string, person: Person): Promise<CreatedUpstreamUser>;
  /** @throws AppError VerificationFailed when the code is wrong or used up */
  confirm(merchantId: string, person: UpstreamPerson, code: string): Promise<{ readonly aeroPassUserUuid: string | null }>;
}

/** Whom a call upstream is about; a stored user is one. */
export type UpstreamPerson = Pick<User, 'upstreamUserId' | 'aeroPassUserUuid'>;

/** What upstream knows of a person now. Null where it does not say. */
export interface UpstreamProfile {
  /** False for every status but upstream's word for an active person. */
  readonly isActive: boolean;
  readonly aeroPassUserUuid: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly phoneNumber: string | null;
}

/** Aeropay: a person's profile. */
export interface UpstreamProfiles {
  /** @throws AppError VerificationRequired when the person is not, or no longer, confirmed at this merchant */
  read(merchantId: string, person: UpstreamPerson): Promise<UpstreamProfile>;
}

/** Aeropay: accounts that a person has linked for payments. */
export interface UpstreamBankAccounts {
  /** @throws AppError VerificationRequired */
  list(merchantId: string, person: UpstreamPerson): Promise<BankAccount[]>;
  /**
   * Posts once. The payload is passed on and kept nowhere.
   * @throws AppError VerificationRequired; NotAvailable, UserActionRequired and what else upstream refuses with
   */
  link(merchantId: string, person: UpstreamPerson, payload: LinkPayload): Promise<BankAccount>;
}

export interface MintedWidgetToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
  /** The widget's address, where upstream gives one. */
  readonly url: string | null;
}

/** Tokens that open the widget. Minted for every launch, never stored. */
export interface UpstreamWidget {
  /** @throws AppError VerificationRequired where the token is minted in the person's name */
  mintToken(merchantId: string, person: UpstreamPerson & { readonly aeroPassUserUuid: string }): Promise<MintedWidgetToken>;
}

/** What an error of the widget means. Nothing of the widget's own text is repeated, save a code. */
export interface ExplainedError {
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly nextAction: NextAction;
  readonly upstreamCode: string | null;
}
/** @param error what the widget gave to `onError`: text, or an object of any shape */
export type ExplainError = (error: unknown) => ExplainedError;

/** What upstream says of a connection, full numbers included: for a live read only, never stored. */
export interface UpstreamAccount {
  readonly connection: Pick<Connection, 'status' | 'upstreamStatus' | 'institution' | 'account' | 'canFetchBalance' | 'expiresAt'>;
  readonly accountNumber: string | null;
  readonly routingNumber: string | null;
  readonly accountNumberType: string | null;
  readonly bankName: string | null;
}

export interface UpstreamAccounts {
  /** @throws AppError NotFound when upstream does not know the connection */
  read(merchantId: string, connectionId: string): Promise<UpstreamAccount>;
}

export type UpstreamJobState =
  | { readonly state: 'processing' | 'completed' }
  /** `byFlagOnly`: the state itself says nothing of a question, and the flag that does may stay up once the person has answered. */
  | { readonly state: 'mfa_required'; readonly byFlagOnly?: true }
  | { readonly state: 'failed'; readonly upstreamCode: string | null };

/** What upstream delivered for a finished job. `asOf` is null where upstream gave no time of its own. */
export type UpstreamData =
  | Omit<BalanceResult, 'jobId' | 'connectionId' | 'asOf'> & { readonly asOf: string | null }
  | { readonly type: 'transactions'; readonly asOf: string | null; readonly items: readonly Transaction[] }
  | Omit<IdentityResult, 'jobId' | 'connectionId' | 'asOf'> & { readonly asOf: string | null };

export interface UpstreamJobs {
  /**
   * Posts once, and not after `sendBefore`; the error says whether it can have been accepted (`surelyNotAccepted`).
   * @throws AppError UpstreamBusy on AC-112
   */
  create(merchantId: string, connectionId: string, type: JobType, dates: DateRange | null, sendBefore?: Date): Promise<{ readonly upstreamJobId: string }>;
  readState(merchantId: string, connectionId: string, upstreamJobId: string): Promise<UpstreamJobState>;
  readData(merchantId: string, connectionId: string, upstreamJobId: string, type: JobType, dates: DateRange | null): Promise<UpstreamData>;
  /** Our code for the one that upstream gave a failed job; undefined for a code never seen. */
  errorCodeFor(upstreamCode: string): ErrorCode | undefined;
}

// ----------------------------------------------------------------------------------------------------------------- others

export interface Secrets {
  /** @param refused the version that upstream refused, so that a rotation is read again */
  upstreamCredentials(merchantId: string, refused?: UpstreamCredentials): Promise<UpstreamCredentials>;
  /** Undefined for a merchant that does not exist. */
  webhookSecrets(merchantId: string): Promise<WebhookSecrets | undefined>;
  storeMerchantSecrets(merchantId: string, credentials: UpstreamCredentials, webhook: WebhookSecrets): Promise<void>;
  /** 256 random bits of this deployment, for keyed hashes of requests and cursors. */
  deploymentKey(): Promise<string>;
}

export interface Executions {
  /** Starts the execution that is named after the job; harmless when it exists. */
  start(ref: JobRef): Promise<void>;
  /** `missing` when no execution has the job's name. */
  status(ref: JobRef): Promise<'running' | 'ended' | 'missing'>;
}

export interface TaskTokens {
  /** Ends a wait well. A token that is already used or timed out counts as success: someone else was first. */
  succeed(token: string): Promise<void>;
  /** Ends a wait by a way out that the machine catches. */
  exit(token: string, signal: MachineSignal): Promise<void>;
}

/** Unguessable ids. */
export interface Ids {
  user(): string;
  job(): string;
  merchant(): string;
  apiKeyId(): string;
  /** 256 random bits as text. */
  secret(): string;
}

/** Counts of things that are no errors but that an operator wants to see; never with personal data. */
export interface Counters {
  count(name: string): void;
}
