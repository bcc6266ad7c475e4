import { DeleteCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../../domain/errors.ts';
import { isOver, type Job, type JobRef } from '../../domain/job.ts';
import type { JobFilter, JobRepository, KeptReply, Page, PageRequest } from '../../ports.ts';
import { conditional, transact, type Row, type TransactItem } from './conditional.ts';
import { keepReplyWrite } from './idempotency-records.ts';
import { readClaim, readHolder, readJob, runningJobs, type Claim } from './job-claims.ts';
import { endJob } from './job-end.ts';
import { claimKey, claimRow, jobKey, openKeyOf, openKeys, openRow, parseJob, refOf } from './job-rows.ts';
import { listAttributes, parentKey, readList } from './list-index.ts';
import { parseRow } from './parse-row.ts';
import { RowsBusy } from './retry-conflicts.ts';
import { rotated } from './rotated.ts';
import { connectionKey } from './row-keys.ts';

export interface JobTables {
  readonly jobs: string;
  readonly connections: string;
  readonly access: string;
}

export class DynamoJobRepository implements JobRepository {
  readonly #tables: JobTables;
  readonly #db: DynamoDBDocumentClient;

  constructor(tables: JobTables, db: DynamoDBDocumentClient) {
    this.#tables = tables;
    this.#db = db;
  }

  /** A read first, and once more where others keep the rows busy: a thousand starts that each tried a transaction would be in one another's way for nothing. */
  async create(job: Job, kept: KeptReply | undefined): ReturnType<JobRepository['create']> {
    const joined = await this.#join(job);
    if (joined !== undefined) return joined;
    try {
      return await this.#write(job, kept);
    } catch (error) {
      const answer = error instanceof RowsBusy ? await this.#join(job) : undefined;
      if (answer === undefined) throw error;
      return answer;
    }
  }

  /** Undefined where no job runs that this one would double. */
  async #join(job: Job): Promise<{ readonly outcome: 'created' } | { readonly outcome: 'joined'; readonly job: Job } | undefined> {
    const claim = await readClaim(this.#db, this.#tables.jobs, job);
    const holder = claim && (await readHolder(this.#db, this.#tables.jobs, job.merchantId, claim));
    if (holder === undefined || isOver(holder.status) || holder.connectionGeneration !== job.connectionGeneration) return undefined;
    return holder.id === job.id ? { outcome: 'created' } : { outcome: 'joined', job: holder };
  }

  async #write(job: Job, kept: KeptReply | undefined): ReturnType<JobRepository['create']> {
    const result = await transact(this.#db, this.#createWrites(job, kept));
    if (result.written) return { outcome: 'created' };
    const [ofJob, ofClaim, ofConnection, ofKeptReply] = result.refusals;
    const claim = ofClaim?.row && parseRow(this.#tables.jobs, claimRow, ofClaim.row);
    // This very transaction, whose reply was late, so that it was sent again under another request token.
    if (ofJob !== undefined && claim?.jobId === job.id) return { outcome: 'created' };
    if (ofJob !== undefined) throw new Error('a new job id is taken: the source of random ids is broken');
    if (claim !== undefined) {
      const holder = await readHolder(this.#db, this.#tables.jobs, job.merchantId, claim);
      if (holder !== undefined && !isOver(holder.status)) {
        if (holder.connectionGeneration === job.connectionGeneration) return { outcome: 'joined', job: holder };
        // It belongs to a connection that was removed, and whoever removes it has not come to it yet.
        await endJob(this.#db, this.#tables.jobs, refOf(holder), { status: 'canceled' }, new Date(job.createdAt));
      } else {
        await this.#freeClaim(claim);
      }
    }
    if (ofConnection !== undefined) return { outcome: isSame(ofConnection.row, job) ? 'connection_unusable' : 'connection_gone' };
    if (ofKeptReply !== undefined) throw new AppError('IdempotencyInProgress', 'a later request with this key has taken over: ask again in a moment');
    return this.create(job, kept);
  }

  /** The job that held it ended, or was removed, since it refused us. */
  async #freeClaim({ pk, sk, jobId }: Claim): Promise<void> {
    const free = new DeleteCommand({
      TableName: this.#tables.jobs,
      Key: { pk, sk },
      ConditionExpression: 'jobId = :job',
      ExpressionAttributeValues: { ':job': jobId },
    });
    await conditional(this.#db.send(free));
  }

  #createWrites(job: Job, kept: KeptReply | undefined): TransactItem[] {
    const { jobs, connections, access } = this.#tables;
    return [
      { Put: { TableName: jobs, Item: jobRow(job), ConditionExpression: 'attribute_not_exists(pk)' } },
      {
        Put: {
          TableName: jobs,
          Item: { ...claimKey(job), jobId: job.id },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        ConditionCheck: {
          TableName: connections,
          Key: connectionKey(job.merchantId, job.connectionId),
          ConditionExpression: 'generation = :generation AND NOT #status IN (:reconnect, :revoked)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':generation': job.connectionGeneration, ':reconnect': 'reconnect_required', ':revoked': 'revoked' },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      ...(kept === undefined ? [] : [keepReplyWrite(access, kept)]),
    ];
  }

  find(ref: JobRef): Promise<Job | undefined> {
    return readJob(this.#db, this.#tables.jobs, ref);
  }

  async list(merchantId: string, filter: JobFilter, page: PageRequest): Promise<Page<Job>> {
    const request = {
      table: this.#tables.jobs,
      scope: { merchantId, parentId: filter.connectionId },
      parse: (row: unknown) => parseJob(this.#tables.jobs, row),
      keep: (job: Job) => fits(job, filter),
      from: filter.createdAfter,
    };
    return readList(this.#db, request, page);
  }

  async *listOpen(now: Date): AsyncIterable<JobRef> {
    for (const openKey of rotated(openKeys(), Math.floor(now.getTime() / 60_000))) {
      let next: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await this.#db.send(
          new QueryCommand({
            TableName: this.#tables.jobs,
            IndexName: 'open',
            KeyConditionExpression: 'openKey = :key',
            ExpressionAttributeValues: { ':key': openKey },
            ExclusiveStartKey: next,
          }),
        );
        yield* Items.map((item) => refOf(parseRow(this.#tables.jobs, openRow, item)));
        next = LastEvaluatedKey;
      } while (next !== undefined);
    }
  }

  running(merchantId: string, connectionId: string): Promise<Job[]> {
    return runningJobs(this.#db, this.#tables.jobs, { merchantId, connectionId });
  }
}

function isSame(connectionRow: Row | undefined, job: Job): boolean {
  return connectionRow?.['generation'] === job.connectionGeneration;
}

function jobRow(job: Job): Record<string, unknown> {
  return {
    ...job,
    ...jobKey(refOf(job)),
    ...listAttributes(job),
    parentKey: parentKey(job.merchantId, job.connectionId),
    openKey: openKeyOf(job.id),
    openSort: `${job.createdAt}#${job.id}`,
  };
}

function fits(job: Job, filter: JobFilter): boolean {
  return (
    (filter.userId ?? job.userId) === job.userId &&
    (filter.status ?? job.status) === job.status &&
    (filter.type ?? job.type) === job.type &&
    (filter.reference ?? job.reference) === job.reference &&
    (filter.createdAfter === undefined || Date.parse(job.createdAt) > Date.parse(filter.createdAfter))
  );
}
