import { DynamoDBClient, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TestEnvironment } from './environment.ts';

export type TableName = 'users' | 'connections' | 'jobs' | 'results' | 'access';

/** Every row of the named tables, in a fixed order, through the endpoint that a developer's own tools use. */
export async function readRows({ endpoints }: Pick<TestEnvironment, 'endpoints'>, names: readonly TableName[] = ['users', 'connections', 'jobs', 'results', 'access']) {
  const client = new DynamoDBClient({ endpoint: endpoints.dynamodbUrl, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  try {
    const rows: Record<string, string[]> = {};
    for (const name of names) {
      const items: string[] = [];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(new ScanCommand({ TableName: endpoints.tables[name], ConsistentRead: true, ...(start !== undefined && { ExclusiveStartKey: start }) }));
        items.push(...(page.Items ?? []).map((item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      rows[name] = items.sort();
    }
    return rows;
  } finally {
    client.destroy();
  }
}
