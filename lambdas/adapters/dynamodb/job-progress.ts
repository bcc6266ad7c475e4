import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isOver, resumeLimit, signalRanks, type Job, type JobFailure, type JobRef, type TimelineEvent, type ToldSignal } from '../../domain/job.ts';
import type { JobEnd, JobProgress } from '../../ports.ts';
import { ttlOf } from './expiry.ts';
import { adoptStray, straysBeside } from './job-adoption.ts';
import { endJob } from './job-end.ts';
import { jobKey, parseJob, upstreamKey, upstreamRow, upstreamRowLifetimeMs } from './job-rows.ts';
import { mayBecome, statusIn, timelineLine, updateIf, working } from './job-update.ts';
import { leaveOrphan } from './orphan-rows.ts';

const names = { '#status': 'status' };
const workingOrFetching = statusIn(['running', 'awaiting_mfa', 'fetching']);

export class DynamoJobProgress implements JobProgress {
  readonly #table: string;
  readonly #db: DynamoDBDocumentClient;

  constructor(table: string, db: DynamoDBDocumentClient) {
    this.#table = table;
    this.#db = db;
  }

  async beginAttempt(ref: JobRef, attempt: number, holder: string, now: Date): ReturnType<JobProgress['beginAttempt']> {
    const from = mayBecome('running');
    const line = timelineLine(attempt === 1 ? 'create_sent' : 'retrying', now);
    const update = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET #status = :running, intent = :intent, attempts = attempts + :one, upstreamJobId = :none, signalRank = :zero, #signal = :none, heardSeq = signalSeq, heardResumes = resumes, failure = :none, updatedAt = :now, ${line.expression}`,
      ConditionExpression: `${from.expression} AND (attribute_type(intent, :null) OR intent.attempt < :attempt)`,
      ExpressionAttributeNames: { ...names, '#signal': 'signal' },
      ExpressionAttributeValues: {
        ...from.values,
        ...line.values,
        ':running': 'running',
        ':intent': { attempt, at: now.toISOString(), holder, unclear: false },
        ':attempt': attempt,
        ':one': 1,
        ':zero': signalRanks.none,
        ':none': null,
        ':null': 'NULL',
        ':now': now.toISOString(),
      },
    });
    if (update.ok) return { outcome: 'intended', job: parseJob(this.#table, update.row) };
    const old = update.old === undefined ? undefined : parseJob(this.#table, update.old);
    if (old === undefined || isOver(old.status) || old.status === 'fetching' || old.intent === null || old.intent.attempt > attempt) return { outcome: 'over' };
    // The SDK repeats a write whose reply was lost; the repeat fails on the first one's success.
    if (old.intent.holder === holder && old.upstreamJobId === null) return { outcome: 'intended', job: old };
    return { outcome: old.upstreamJobId === null ? 'unclear' : 'known', job: old };
  }

  async clearIntent(ref: JobRef, attempt: number, event: TimelineEvent, now: Date): Promise<void> {
    const line = timelineLine(event, now);
    await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET intent = :none, attempts = attempts - :one, ${line.expression}`,
      ConditionExpression: `${working.expression} AND intent.attempt = :attempt AND attribute_type(upstreamJobId, :null)`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...working.values, ...line.values, ':none': null, ':null': 'NULL', ':one': 1, ':attempt': attempt },
    });
  }

  async markUnclear(ref: JobRef, attempt: number, now: Date): Promise<string | undefined> {
    const line = timelineLine('create_unclear', now);
    const marked = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET intent.unclear = :yes, ${line.expression}`,
      ConditionExpression: `${working.expression} AND intent.attempt = :attempt AND intent.unclear = :no AND attribute_type(upstreamJobId, :null)`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...working.values, ...line.values, ':yes': true, ':no': false, ':attempt': attempt, ':null': 'NULL' },
    });
    const row = marked.ok ? marked.row : marked.old;
    const job = row && parseJob(this.#table, row);
    if (job === undefined || isOver(job.status)) return undefined;
    return job.upstreamJobId ?? (await this.#adopted(job, now));
  }

  /** A webhook that came before the create was known to be unclear left its upstream job beside the claims of the connection. */
  async #adopted(job: Job, now: Date): Promise<string | undefined> {
    for (const stray of await straysBeside(this.#db, this.#table, job)) {
      if ((await adoptStray(this.#db, this.#table, stray, now)) === job.id) return stray.upstreamJobId;
    }
    return undefined;
  }

  async bind(ref: JobRef, attempt: number, upstreamJobId: string, now: Date): ReturnType<JobProgress['bind']> {
    const line = timelineLine('created', now);
    const written = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET upstreamJobId = :id, updatedAt = :now, ${line.expression}`,
      ConditionExpression: `${working.expression} AND intent.attempt = :attempt AND attribute_type(upstreamJobId, :null)`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...working.values, ...line.values, ':id': upstreamJobId, ':attempt': attempt, ':null': 'NULL', ':now': now.toISOString() },
    });
    const job = written.ok ? parseJob(this.#table, written.row) : written.old && parseJob(this.#table, written.old);
    // Canceled while its create was on the way: what upstream runs now is for the next job like it.
    if (job?.status === 'canceled' && job.upstreamJobId === null) await this.#db.send(new PutCommand(leaveOrphan(this.#table, job, upstreamJobId, now)));
    if (job === undefined || isOver(job.status) || job.upstreamJobId === null) return { outcome: 'over' };
    return { outcome: 'bound', signal: await this.#bindUpstream(ref, job.upstreamJobId, now) };
  }

  async #bindUpstream(ref: JobRef, upstreamJobId: string, now: Date): Promise<ToldSignal | undefined> {
    const bound = await updateIf(this.#db, {
      TableName: this.#table,
      Key: upstreamKey(ref.merchantId, upstreamJobId),
      UpdateExpression: 'SET jobId = :job, #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(jobId) OR jobId = :job',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':job': ref.jobId, ':ttl': ttlOf(new Date(now.getTime() + upstreamRowLifetimeMs)) },
    });
    if (!bound.ok) return undefined;
    const row = upstreamRow.parse(bound.row);
    if (row.signalKind === undefined || row.signalKind === 'initiated') return undefined;
    return { kind: row.signalKind, upstreamCode: row.signalCode ?? null };
  }

  async hear(ref: JobRef, now: Date): Promise<Job | undefined> {
    const line = timelineLine('polled', now);
    const heard = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET heardSeq = signalSeq, heardResumes = resumes, failure = :none, updatedAt = :now, ${line.expression}`,
      ConditionExpression: working.expression,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...working.values, ...line.values, ':none': null, ':now': now.toISOString() },
    });
    return heard.ok ? parseJob(this.#table, heard.row) : undefined;
  }

  async noteFailure(ref: JobRef, failure: JobFailure): Promise<void> {
    await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: 'SET failure = :failure',
      ConditionExpression: workingOrFetching.expression,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...workingOrFetching.values, ':failure': failure },
    });
  }

  async startFetching(ref: JobRef, now: Date): Promise<Job | undefined> {
    const line = timelineLine('fetching', now);
    const started = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET #status = :fetching, updatedAt = :now, ${line.expression}`,
      ConditionExpression: working.expression,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...working.values, ...line.values, ':fetching': 'fetching', ':now': now.toISOString() },
    });
    if (started.ok) return parseJob(this.#table, started.row);
    const old = started.old && parseJob(this.#table, started.old);
    return old?.status === 'fetching' ? old : undefined;
  }

  async end(ref: JobRef, end: JobEnd, now: Date): Promise<Job | undefined> {
    return endJob(this.#db, this.#table, ref, end, now);
  }

  async countResume(ref: JobRef, now: Date): Promise<Job | undefined> {
    const line = timelineLine('resumed', now);
    const counted = await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: `SET resumes = resumes + :one, updatedAt = :now, ${line.expression}`,
      ConditionExpression: '#status = :awaiting AND resumes < :limit AND resumes <= heardResumes',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...line.values, ':one': 1, ':limit': resumeLimit, ':awaiting': 'awaiting_mfa', ':now': now.toISOString() },
    });
    if (counted.ok) return parseJob(this.#table, counted.row);
    const old = counted.old && parseJob(this.#table, counted.old);
    return old?.status === 'awaiting_mfa' && old.resumes > old.heardResumes ? old : undefined;
  }

  async leavePause(ref: JobRef, token: string, now: Date): Promise<void> {
    await updateIf(this.#db, {
      TableName: this.#table,
      Key: jobKey(ref),
      UpdateExpression: 'SET #status = :running, updatedAt = :now',
      ConditionExpression: '#status = :awaiting AND waitToken = :token',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':running': 'running', ':awaiting': 'awaiting_mfa', ':token': token, ':now': now.toISOString() },
    });
  }
}
