import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ConnectionCheckEnv, EventEnv } from '../../lambdas/runtime/env.ts';
import { eventAccess } from '../access/job-access.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { BundledFunction, type BundledFunctionProps } from '../constructs/bundled-function.ts';
import { pascalCase } from '../constructs/pascal-case.ts';
import { upstreamEnvironment } from '../constructs/upstream-environment.ts';
import type { Platform } from '../platform.ts';

export interface EventsStackProps extends StackProps {
  readonly platform: Platform;
  readonly machine: IStateMachine;
}

/** The nets under the jobs: executions that died are closed from outside, and a sweep puts right whatever disagrees. */
export class EventsStack extends Stack {
  readonly closer: LambdaFunction;
  readonly sweep: LambdaFunction;
  /** Ends of executions that could not be handled. The sweep closes their jobs all the same. */
  readonly unhandledEnds: Queue;

  constructor(scope: Construct, id: string, { platform, machine, ...props }: EventsStackProps) {
    super(scope, id, props);
    const environment: Record<keyof EventEnv, string> = {
      STAGE: platform.stage.name,
      CONNECTIONS_TABLE: platform.tables.connections.tableName,
      JOBS_TABLE: platform.tables.jobs.tableName,
      RESULTS_TABLE: platform.tables.results.tableName,
      ACCESS_TABLE: platform.tables.access.tableName,
      JOB_MACHINE_ARN: machine.stateMachineArn,
    };
    this.unhandledEnds = new Queue(this, 'UnhandledEnds', { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
    acknowledge(this.unhandledEnds, 'AwsSolutions-SQS3', 'It is a dead-letter queue itself.');

    this.closer = this.#function<EventEnv>('close-dead-executions', {
      platform,
      environment,
      description: 'Closes the job of an execution that ended without a word',
      timeout: Duration.seconds(30),
      deadLetterQueue: this.unhandledEnds,
    });
    new Rule(this, 'DeadExecutions', {
      description: 'When a job machine is killed or runs out of time no state of it runs, so its job is closed from outside',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [machine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [new LambdaTarget(this.closer, { deadLetterQueue: this.unhandledEnds, retryAttempts: 10, maxEventAge: Duration.hours(1) })],
    });

    this.sweep = this.#function<EventEnv>('sweep', {
      platform,
      environment,
      description: 'Puts right every job that is past its deadline or disagrees with its execution',
      timeout: Duration.seconds(55),
      // The next one comes in a minute.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    new Rule(this, 'EveryMinute', {
      description: 'Events of AWS are best effort: the sweep finds what they did not tell',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaTarget(this.sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });

    const expiring = this.#function<ConnectionCheckEnv>('check-expiring-connections', {
      platform,
      environment: { ...upstreamEnvironment(platform.stage), CONNECTIONS_TABLE: platform.tables.connections.tableName },
      description: 'Reads connections upstream, once a day each, that expire within 30 days',
      timeout: Duration.minutes(10),
      // The next one comes in an hour, and goes on where this one stopped.
      retryAttempts: 0,
      maxEventAge: Duration.hours(1),
    });
    new Rule(this, 'EveryHour', {
      description: 'Few banks send word when a consent is renewed or withdrawn',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaTarget(expiring, { retryAttempts: 0, maxEventAge: Duration.hours(1) })],
    });
  }

  #function<Env>(name: keyof typeof eventAccess, props: Omit<BundledFunctionProps<Record<keyof Env, string>>, 'bundle' | 'access'>): LambdaFunction {
    return new BundledFunction<Record<keyof Env, string>>(this, pascalCase(name), { ...props, bundle: name, access: eventAccess[name] }).function;
  }
}
