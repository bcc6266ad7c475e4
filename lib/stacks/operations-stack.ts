import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Stage } from '../config/stages.ts';
import { ImpactAlarm } from '../constructs/impact-alarm.ts';

export interface OperationsStackProps extends StackProps {
  readonly stage: Stage;
  readonly api: HttpApi;
  readonly authorizer: LambdaFunction;
  readonly webhookReceivers: readonly LambdaFunction[];
  readonly machine: IStateMachine;
  readonly sweep: LambdaFunction;
  readonly unhandledEnds: IQueue;
  readonly publisher: LambdaFunction;
  readonly unpublished: IQueue;
}

/**
 * The alarms. They watch what callers and jobs lose: a task function's errors and a failed execution are none by
 * themselves, since the ways out of a task are errors and a job may fail for the bank's own reasons.
 */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, { stage, api, authorizer, webhookReceivers, machine, sweep, unhandledEnds, publisher, unpublished, ...props }: OperationsStackProps) {
    super(scope, id, props);
    const period = Duration.minutes(5);

    new ImpactAlarm(this, 'ApiFails', {
      stage,
      impact: "merchants' calls end with a fault of ours",
      article: 'apifails',
      metric: api.metricServerError({ period, statistic: 'Sum' }),
      threshold: 5,
      periods: 2,
    });
    new ImpactAlarm(this, 'NobodyIsLetIn', {
      stage,
      impact: 'API keys cannot be checked, so every call that needs one is refused',
      article: 'nobodyisletin',
      metric: authorizer.metricErrors({ period }),
      threshold: 1,
    });
    for (const receiver of webhookReceivers) {
      new ImpactAlarm(this, 'WebhooksFail', {
        stage,
        impact: 'jobs end later because they are polled, and after five refusals in a row upstream pauses our subscription',
        article: 'webhooksfail',
        // A fault of ours is answered with 500, so that it is no error of the function; one that it cannot answer is.
        metric: new MathExpression({
          expression: 'FILL(crashed, 0) + FILL(failed, 0)',
          usingMetrics: { crashed: receiver.metricErrors({ period }), failed: counted(stage, 'WebhookFailed', period) },
          period,
        }),
        threshold: 1,
      });
    }
    new ImpactAlarm(this, 'JobsTimeOut', {
      stage,
      impact: 'people wait for bank data far beyond the deadline of their job, and get none',
      article: 'jobstimeout',
      metric: machine.metricTimedOut({ period }),
      threshold: 1,
    });
    new ImpactAlarm(this, 'WebhooksRefused', {
      stage,
      impact: 'if the deliveries are real, jobs end later because they are polled, and upstream pauses our subscription',
      article: 'webhooksrefused',
      metric: counted(stage, 'WebhookUnsigned', period),
      threshold: 5,
      periods: 2,
    });
    new ImpactAlarm(this, 'JobsLost', {
      stage,
      impact: 'jobs lost their execution, and people got no bank data until they asked again',
      article: 'jobslost',
      metric: counted(stage, 'SweepClosed', period),
      threshold: 1,
    });
    new ImpactAlarm(this, 'SweepStands', {
      stage,
      impact: 'a job that lost its execution stays open, and blocks its connection, until the sweep runs again',
      article: 'sweepstands',
      metric: sweep.metricInvocations({ period }),
      threshold: 1,
      comparison: 'below',
      silenceRings: true,
    });
    new ImpactAlarm(this, 'SweepFails', {
      stage,
      impact: 'a job that lost its execution stays open, and blocks its connection, until the sweep succeeds again',
      article: 'sweepfails',
      metric: sweep.metricErrors({ period }),
      threshold: 3,
    });
    new ImpactAlarm(this, 'EndsUnhandled', {
      stage,
      impact: 'jobs of executions that died are closed up to two minutes late, by the sweep alone',
      article: 'endsunhandled',
      metric: unhandledEnds.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      threshold: 1,
    });
    new ImpactAlarm(this, 'EventsLate', {
      stage,
      impact: 'merchants who follow GET /v1/events hear minutes late that a job ended or asks for the person',
      article: 'eventslate',
      metric: publisher.metric('IteratorAge', { period, statistic: 'Maximum' }),
      // Milliseconds.
      threshold: 2 * 60_000,
    });
    new ImpactAlarm(this, 'EventsUnpublished', {
      stage,
      impact: 'merchants who follow GET /v1/events are never told of something that happened, unless it is published by hand within a day',
      article: 'eventsunpublished',
      metric: unpublished.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      threshold: 1,
    });
  }
}

/** What the functions count themselves: see lambdas/runtime/metrics-counters.ts. */
function counted(stage: Stage, metricName: string, period: Duration): Metric {
  return new Metric({ namespace: 'aerobridge', metricName, dimensionsMap: { service: stage.name }, statistic: 'Sum', period });
}
