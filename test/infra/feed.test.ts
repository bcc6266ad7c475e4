import { beforeAll, describe, expect, it } from 'vitest';
import { isOver, jobStatuses } from '../../lambdas/domain/job.ts';
import { tables, type TableDefinition } from '../../lib/tables.ts';
import { at, deploymentOf, statementsOf } from './deployment.ts';

describe('the feed of events', () => {
  let deployment: ReturnType<typeof deploymentOf>;
  beforeAll(() => {
    deployment = deploymentOf('production');
  });
  const streamed = Object.entries<TableDefinition>(tables).filter(([, table]) => table.streamed).map(([name]) => name);
  const mappings = () => deployment.resources('AWS::Lambda::EventSourceMapping');
  const mappingOf = (name: string) => mappings().find(({ id }) => id.toLowerCase().startsWith(name));

  it('reads the stream of every table that has one, and no other', () => {
    const withStream = deployment.resources('AWS::DynamoDB::Table').filter((table) => at(table, 'StreamSpecification') !== undefined);
    expect(withStream.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '').toLowerCase()).sort()).toEqual([...streamed].sort());
    for (const table of withStream) expect(at(table, 'StreamSpecification')).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    expect(mappings()).toHaveLength(streamed.length);
    for (const name of streamed) expect(JSON.stringify(at(mappingOf(name), 'EventSourceArn')).toLowerCase()).toContain(name);
  });

  it.each(streamed)('loses nothing that was written before the mapping of %s was there, and keeps what it gives up', (name) => {
    const [dlq] = deployment.resources('AWS::SQS::Queue', 'feed');
    expect(mappingOf(name)?.Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [dlq?.id, 'Arn'] } } },
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 6 * 3600,
    });
  });

  it('is woken by a job only when that asks for the person or ends', () => {
    const [filter] = at(mappingOf('jobs'), 'FilterCriteria.Filters') as { Pattern: string }[];
    expect(JSON.parse(filter?.Pattern ?? '')).toEqual({ dynamodb: { Keys: { sk: { S: ['JOB'] } }, NewImage: { status: { S: ['awaiting_mfa', ...jobStatuses.filter(isOver)] } } } });
  });

  it('is written by a function that reads streams and no table of people, connections or jobs', () => {
    const statements = statementsOf(deployment, 'Publish').filter(({ actions }) => actions.some((action) => action.startsWith('dynamodb:')));
    expect(statements.map(({ actions }) => actions)).toEqual([
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    ]);
    expect(statements[0]?.resources.join()).toMatch(/Events/);
    expect(statements[1]?.resources).toHaveLength(streamed.length);
    for (const resource of statements[1]?.resources ?? []) expect(resource).toMatch(/StreamArn/);
  });
});
