import { readdirSync, readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { MetricsCounters } from '../../lambdas/runtime/metrics-counters.ts';
import { stages } from '../../lib/config/stages.ts';
import { ImpactAlarm } from '../../lib/constructs/impact-alarm.ts';
import { at, deploymentOf, type Resource } from './deployment.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('alarms', () => {
  let alarms: Resource[];
  beforeAll(() => {
    alarms = deploymentOf('production').resources('AWS::CloudWatch::Alarm');
  });

  it('say who loses what, and where the article is', () => {
    expect(alarms.length).toBeGreaterThan(0);
    for (const alarm of alarms) expect(at(alarm, 'AlarmDescription'), alarm.id).toMatch(/^Impact: .{20,}\. Runbook: docs\/runbook\.md#[a-z]+$/);
  });

  it('have each an article of their own in the runbook, and the runbook has no other', () => {
    const articles = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (\w+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
    const linked = alarms.map((alarm) => (at(alarm, 'AlarmDescription') as string).split('#')[1]);
    expect(linked.sort()).toEqual(articles.sort());
  });

  it('watch jobs and callers: neither the errors of tasks nor failed executions, which are ways out', () => {
    const watched = alarms.map((alarm) => JSON.stringify([at(alarm, 'MetricName'), at(alarm, 'Dimensions')]));
    expect(watched.filter((text) => /ExecutionsFailed|CreateUpstreamJob|PollUpstreamJob|FetchResult|RecordFailure/.test(text))).toEqual([]);
  });

  it('ring when the sweep is silent', () => {
    const silent = alarms.filter((alarm) => at(alarm, 'TreatMissingData') === 'breaching');
    expect(silent.map(({ id }) => id)).toEqual([expect.stringMatching(/^SweepStands/)]);
  });

  it('watch counters under the name that the functions count them by', () => {
    const written: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    new MetricsCounters('production').count('SweepClosed');
    write.mockRestore();
    const [line = '{}'] = written;
    const { _aws, service } = JSON.parse(line) as { _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][] }[] }; service: string };
    const [emitted] = _aws.CloudWatchMetrics;
    const watching = alarms.filter((alarm) => at(alarm, 'MetricName') === 'SweepClosed');
    expect(watching.map(({ Properties }) => Properties)).toMatchObject([{ Namespace: emitted?.Namespace, Dimensions: [{ Name: emitted?.Dimensions[0]?.[0], Value: service }] }]);
    expect(emitted?.Dimensions).toEqual([['service']]);
  });

  it.each(['WebhookUnsigned', 'WebhookFailed', 'Sweep${kind}'])('watch only what is counted somewhere: %s', (name) => {
    const handlers = readdirSync('lambdas', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    expect(handlers.some((file) => readFileSync(`lambdas/${file}`, 'utf8').includes(name))).toBe(true);
  });

  it('tell the topic of the stage, where it has one', () => {
    const stack = new Stack(new App({ outdir: temporaryFolder() }), 'Stack');
    const alarmTopicArn = 'arn:aws:sns:us-east-1:111111111111:on-call';
    new ImpactAlarm(stack, 'Rings', { stage: { ...stages.dev, alarmTopicArn }, impact: 'nobody, this is a test', article: 'none', metric: new Metric({ namespace: 'n', metricName: 'm' }), threshold: 1 });
    const [alarm] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
    expect(alarm?.['Properties']).toMatchObject({ AlarmActions: [alarmTopicArn] });
  });
});
