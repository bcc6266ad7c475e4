import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Job, JobRef } from '../../domain/job.ts';
import type { JobCompletion } from '../../ports.ts';
import { endJob } from './job-end.ts';
import { pointToNewest } from './newest-result.ts';

export class DynamoJobCompletion implements JobCompletion {
  readonly #tables: { readonly jobs: string; readonly results: string };
  readonly #db: DynamoDBDocumentClient;

  constructor(tables: { readonly jobs: string; readonly results: string }, db: DynamoDBDocumentClient) {
    this.#tables = tables;
    this.#db = db;
  }

  complete(ref: JobRef, resultExpiresAt: Date, now: Date): Promise<Job | undefined> {
    const end = { status: 'completed', resultExpiresAt: resultExpiresAt.toISOString() } as const;
    return endJob(this.#db, this.#tables.jobs, ref, end, now, (job) => pointToNewest(this.#tables.results, job, now, resultExpiresAt));
  }
}
