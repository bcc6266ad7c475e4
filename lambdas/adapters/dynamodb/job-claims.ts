import { GetCommand, paginateQuery, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isOver, type Job, type JobRef, type JobType } from '../../domain/job.ts';
import { claimPrefix, claimRow, jobKey, parseJob } from './job-rows.ts';
import { parseRow } from './parse-row.ts';

/** Reads a job as it is now. */
export async function readJob(db: DynamoDBDocumentClient, table: string, ref: JobRef): Promise<Job | undefined> {
  const { Item } = await db.send(new GetCommand({ TableName: table, Key: jobKey(ref), ConsistentRead: true }));
  return Item && parseJob(table, Item);
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
    jobs.push(...(await Promise.all(Items.map((item) => readJob(db, table, { merchantId: of.merchantId, jobId: parseRow(table, claimRow, item).jobId })))));
  }
  return jobs.filter((job) => job !== undefined).filter((job) => !isOver(job.status));
}
