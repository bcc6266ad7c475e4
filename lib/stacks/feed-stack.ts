import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, StartingPosition, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { isOver, jobStatuses } from '../../lambdas/domain/job.ts';
import type { PublishEnv } from '../../lambdas/runtime/env.ts';
import type { StreamedTable } from '../access/function-access.ts';
import { feedAccess } from '../access/job-access.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { BundledFunction } from '../constructs/bundled-function.ts';
import { pascalCase } from '../constructs/pascal-case.ts';
import type { Platform } from '../platform.ts';

export interface FeedStackProps extends StackProps {
  readonly platform: Platform;
}

const sortKeyIs = (sortKey: string) => ({ Keys: { sk: { S: [sortKey] } } });

/**
 * Which changes may be an event, as far as a filter can tell, which sees one row and not what changed in it. A job is written many times
 * while it runs: of those writes, only pauses and ends wake the function.
 */
const mayBeEvents: Readonly<Record<StreamedTable, object>> = {
  users: { ...sortKeyIs('USER'), NewImage: { status: { S: ['active'] } } },
  connections: sortKeyIs('CONNECTION'),
  jobs: { ...sortKeyIs('JOB'), NewImage: { status: { S: ['awaiting_mfa', ...jobStatuses.filter(isOver)] } } },
};

/** Makes events for merchants of what changes in the tables: no change is without its event, and no use case knows of them. */
export class FeedStack extends Stack {
  readonly publisher: LambdaFunction;
  /** What was given up: where it stands in its stream, and nothing of the rows themselves. */
  readonly unpublished: Queue;

  constructor(scope: Construct, id: string, { platform, ...props }: FeedStackProps) {
    super(scope, id, props);
    const environment: Record<keyof PublishEnv, string> = { EVENTS_TABLE: platform.tables.events.tableName };
    this.unpublished = new Queue(this, 'Unpublished', { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
    acknowledge(this.unpublished, 'AwsSolutions-SQS3', 'It is a dead-letter queue itself.');
    this.publisher = new BundledFunction(this, 'Publish', {
      platform,
      bundle: 'publish',
      description: 'Makes events for merchants of what changed in the tables',
      access: feedAccess.publish,
      environment,
      timeout: Duration.seconds(60),
    }).function;
    for (const table of feedAccess.publish.streams) this.#read(table, platform);
  }

  #read(table: StreamedTable, { tables }: Platform): void {
    new EventSourceMapping(this, `${pascalCase(table)}Changes`, {
      target: this.publisher,
      eventSourceArn: tables[table].tableStreamArn,
      // A table and its stream are older than the mapping: nothing written in between is lost.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [FilterCriteria.filter({ dynamodb: mayBeEvents[table] })],
      batchSize: 100,
      reportBatchItemFailures: true,
      // For a batch that runs out of time as a whole: a record that fails by itself is named.
      bisectBatchOnError: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(this.unpublished),
    });
  }
}
