import path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stageNamed } from '../lib/config/stages.ts';
import { ApiStack } from '../lib/stacks/api-stack.ts';
import { DataStack } from '../lib/stacks/data-stack.ts';
import { EventsStack } from '../lib/stacks/events-stack.ts';
import { FeedStack } from '../lib/stacks/feed-stack.ts';
import { JobsStack } from '../lib/stacks/jobs-stack.ts';
import { OperationsStack } from '../lib/stacks/operations-stack.ts';
import { WebhooksStack } from '../lib/stacks/webhooks-stack.ts';

/**
 * Builds the stacks of one stage and hands them to one another.
 * @param app its context says which `stage` (default dev), and where the built functions are (`bundles`, default dist/functions)
 */
export function aerobridge(app: App) {
  const stage = stageNamed(textOf(app.node.tryGetContext('stage')) ?? 'dev');
  const bundles = path.resolve(textOf(app.node.tryGetContext('bundles')) ?? path.join(import.meta.dirname, '../dist/functions'));
  const name = (part: string) => `aerobridge-${stage.name}-${part}`;
  const common = { terminationProtection: stage.keepsData, tags: { service: 'aerobridge', stage: stage.name } };

  const data = new DataStack(app, name('data'), { ...common, stage });
  const platform = { stage, bundles, tables: data.tables, key: data.key, deploymentKey: data.deploymentKey };
  const jobs = new JobsStack(app, name('jobs'), { ...common, platform });
  const { machine } = jobs;
  const api = new ApiStack(app, name('api'), { ...common, platform, machine });
  const webhooks = new WebhooksStack(app, name('webhooks'), { ...common, platform, api: api.api });
  const events = new EventsStack(app, name('events'), { ...common, platform, machine });
  const feed = new FeedStack(app, name('feed'), { ...common, platform });
  const operations = new OperationsStack(app, name('operations'), {
    ...common,
    stage,
    machine,
    api: api.api,
    authorizer: api.authorizer,
    webhookReceivers: webhooks.receivers,
    sweep: events.sweep,
    unhandledEnds: events.unhandledEnds,
    publisher: feed.publisher,
    unpublished: feed.unpublished,
  });
  return { data, jobs, api, webhooks, events, feed, operations };
}

/** `-c stage=…` gives text, and anything else is a mistake in cdk.json that the default would hide. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new Error('The context values "stage" and "bundles" must be text.');
}

/** Adds cdk-nag's AwsSolutions to CDK's own validation: a finding that nobody acknowledged, with a reason, stops the synthesis. */
export function check(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

if (import.meta.main) {
  const app = new App({ analyticsReporting: false });
  aerobridge(app);
  // The variable with which CDK's own validation is switched off.
  if (process.env['CDK_VALIDATION'] !== 'false') check(app);
  app.synth();
}
