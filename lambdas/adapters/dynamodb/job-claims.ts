import { GetCommand, paginateQuery, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { isOver, type Job, type JobRef, type JobType } from '../../domain/job.ts';
import { patient, pause } from './backoff.ts';
import { claimKey, claimPrefix, claimRow, jobKey, parseJob } from './job-rows.ts';
import { parseRow } from './parse-row.ts';

/** Reads a job as it is now. */
export async function readJob(db: DynamoDBDocumentClient, table: string, ref: JobRef): Promise<Job | undefined> {
  const { Item } = await db.send(new GetCommand({ TableName: table, Key: jobKey(ref), ConsistentRead: true }));
  return Item && parseJob(table, Item);
}

export type Claim = z.infer<typeof claimRow>;

/** Who has the claim that this job wants. */
export async function readClaim(db: DynamoDBDocumentClient, table: string, job: Job): Promise<Claim | undefined> {
  const { Item } = await db.send(new GetCommand({ TableName: table, Key: claimKey(job), ConsistentRead: true }));
  return Item && parseRow(table, claimRow, Item);
}

/**
 * The job that has a claim. One transaction wrote both, but two reads are no transaction: for a moment only the claim may be seen, and a claim
 * that is taken for nobody's then is a job doubled.
 * @returns undefined when it does not come up for seconds, as after a removal by hand
 */
export async function readHolder(db: DynamoDBDocumentClient, table: string, merchantId: string, { jobId }: Claim): Promise<Job | undefined> {
  for (let attempt = 1; ; attempt++) {
    const holder = await readJob(db, table, { merchantId, jobId });
    if (holder !== undefined || attempt === patient.attempts) return holder;
    await pause(patient, attempt);
  }
}

/** The jobs of a connection that have not ended, all or those of one type: whoever runs has a claim there. */
export async function runningJobs(db: DynamoDBDocumentClient, table: string, of: { readonly merchantId: string; readonly connectionId: string }, type?: JobType): Promise<Job[]> {
  const query = {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': `${of.merchantId}#${of.connectionId}`, ':prefix': claimPrefix(type) },
  };
  const jobs: (Job | undefined)[] = [];
  for await (const { Items = [] } of paginateQuery({ client: db }, query)) {
    jobs.push(...(await Promise.all(Items.map((item) => readHolder(db, table, of.merchantId, parseRow(table, claimRow, item))))));
  }
  return jobs.filter((job) => job !== undefined).filter((job) => !isOver(job.status));
}
