import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Stage } from '../config/stages.ts';

export interface ImpactAlarmProps {
  readonly stage: Stage;
  /** Who loses what while this rings: the first thing a person reads who was woken by it. */
  readonly impact: string;
  /** The heading of its article in docs/runbook.md, as the anchor of a link. */
  readonly article: string;
  readonly metric: IMetric;
  /** Rings at this value and above; with `comparison: below`, under it. */
  readonly threshold: number;
  readonly comparison?: 'from' | 'below';
  /** Periods of the metric in a row. Default 1. */
  readonly periods?: number;
  /** Whether silence is a bad sign too. Default no. */
  readonly silenceRings?: boolean;
}

/** An alarm that says who is hurt and where the article is. */
export class ImpactAlarm extends Construct {
  constructor(scope: Construct, id: string, props: ImpactAlarmProps) {
    super(scope, id);
    const { stage, impact, article, metric, threshold, comparison = 'from', periods = 1, silenceRings = false } = props;
    const alarm = new Alarm(this, 'Alarm', {
      alarmDescription: `Impact: ${impact}. Runbook: docs/runbook.md#${article}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: comparison === 'from' ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: silenceRings ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (stage.alarmTopicArn !== undefined) alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, 'Topic', stage.alarmTopicArn)));
  }
}
