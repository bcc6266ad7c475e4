import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Endpoints } from '../../scripts/local-environment.ts';

const row = z.object({
  id: z.string(),
  connectionId: z.string(),
  type: z.enum(['balance', 'transactions', 'identity']),
  status: z.string(),
  attempts: z.number(),
  failure: z.object({ code: z.string() }).nullable(),
  reference: z.string().nullable(),
  createdAt: z.string(),
  completedAt: z.string().nullable(),
  timeline: z.array(z.object({ at: z.string(), event: z.string() })),
});

/** A job as its row has it. */
export type JobRow = z.infer<typeof row>;

export const isOver = ({ status }: Pick<JobRow, 'status'>): boolean => ['completed', 'failed', 'expired', 'canceled'].includes(status);

/** Every job, and whatever must not outlive the last of them: claims, and rows in the index of open jobs. */
export async function readJobs(endpoints: Endpoints): Promise<{ jobs: JobRow[]; claims: number; open: number }> {
  const client = new DynamoDBClient({ endpoint: endpoints.dynamodbUrl, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  try {
    const jobs: JobRow[] = [];
    let claims = 0;
    let open = 0;
    for await (const { Items = [] } of paginateScan({ client: DynamoDBDocumentClient.from(client) }, { TableName: endpoints.tables['jobs'], ConsistentRead: true })) {
      for (const item of Items) {
        const sk = String(item['sk']);
        if (sk === 'JOB') jobs.push(row.parse(item));
        if (sk.startsWith('CLAIM#')) claims += 1;
        if (item['openKey'] !== undefined) open += 1;
      }
    }
    return { jobs, claims, open };
  } finally {
    client.destroy();
  }
}
