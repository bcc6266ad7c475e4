import { DynamoDBClient, ScanCommand, UpdateItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TestEnvironment } from './environment.ts';

export type TableName = 'users' | 'connections' | 'jobs' | 'results' | 'access' | 'events';

/** All tables but that of events, which is written a moment after what it tells of. */
const writtenAtOnce: readonly TableName[] = ['users', 'connections', 'jobs', 'results', 'access'];

/** Every row of the named tables, in a fixed order, through the endpoint that a developer's own tools use. */
export async function readRows({ endpoints }: Pick<TestEnvironment, 'endpoints'>, names = writtenAtOnce) {
  const client = clientOf(endpoints);
  try {
    const rows: Record<string, string[]> = {};
    for (const name of names) {
      const items: string[] = [];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(new ScanCommand({ TableName: endpoints.tables[name], ConsistentRead: true, ...(start !== undefined && { ExclusiveStartKey: start }) }));
        items.push(...(page.Items ?? []).map((item) => JSON.stringify(item, sortedKeys)));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      rows[name] = items.sort();
    }
    return rows;
  } finally {
    client.destroy();
  }
}

/** Changes a job's row behind the back of the functions. */
export async function changeJobRow({ endpoints }: Pick<TestEnvironment, 'endpoints'>, jobId: string, expression: string, values: Record<string, AttributeValue>): Promise<void> {
  const row = (await readRows({ endpoints }, ['jobs']))['jobs']?.map((text) => JSON.parse(text) as Record<string, AttributeValue>).find(({ sk, id }) => sk?.S === 'JOB' && id?.S === jobId);
  if (row?.['pk'] === undefined || row['sk'] === undefined) throw new Error(`no row of ${jobId}`);
  const client = clientOf(endpoints);
  await client.send(new UpdateItemCommand({ TableName: endpoints.tables['jobs'], Key: { pk: row['pk'], sk: row['sk'] }, UpdateExpression: expression, ExpressionAttributeValues: values })).finally(() => client.destroy());
}

function clientOf({ dynamodbUrl }: TestEnvironment['endpoints']): DynamoDBClient {
  return new DynamoDBClient({ endpoint: dynamodbUrl, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
}

/** What differs between two readings, as a few characters of each row that is not in both. */
export function changedRows(before: Readonly<Record<string, readonly string[]>>, after: Readonly<Record<string, readonly string[]>>): string[] {
  const rowsOf = (tables: typeof before) => Object.entries(tables).flatMap(([table, rows]) => rows.map((row) => `${table} ${row}`));
  const [was, is] = [new Set(rowsOf(before)), new Set(rowsOf(after))];
  return [...[...was].filter((row) => !is.has(row)), ...[...is].filter((row) => !was.has(row))].map((row) => row.slice(0, 300));
}

/** The engine gives the members of a map in any order. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
