import * as z from 'zod';
import { propertiesOf, readResources, type InertProperties } from '../assembly/read-resources.ts';
import type { Resolver } from '../assembly/resolver.ts';
import { LocalCloudError } from '../local-cloud-error.ts';
import { compilePattern, type EventMatcher } from './event-pattern.ts';
import { rateMs } from './rate.ts';

export interface Target {
  readonly functionArn: string;
  /** JSON text that takes the event's place. */
  readonly input: string | undefined;
}

/** A rule on events, or a schedule of either kind. */
export type Trigger =
  | { readonly kind: 'pattern'; readonly matches: EventMatcher; readonly targets: readonly Target[] }
  | { readonly kind: 'rate'; readonly source: 'aws.events' | 'aws.scheduler'; readonly arn: string; readonly everyMs: number; readonly targets: readonly Target[] };

const inertRuleProperties: InertProperties = {
  Description: 'a text for people',
  Name: 'part of the ARN only',
  RoleArn: 'targets here are functions, which are asked for a permission of their own',
  Tags: 'no cost allocation here',
};
const inertScheduleProperties: InertProperties = {
  Description: 'a text for people',
  FlexibleTimeWindow: 'a schedule fires at once, which every window allows',
  GroupName: 'part of the ARN only',
  KmsKeyArn: 'nothing is encrypted at rest',
  Name: 'part of the ARN only',
  ScheduleExpressionTimezone: 'a rate knows no time zone',
};
/** On a target. Handing an event to a function never fails here; retries of the function itself are imitated. */
const inertTargetProperties: InertProperties = {
  DeadLetterConfig: 'what is given up is said on the local cloud’s own output',
  Id: 'a name within the rule',
  RetryPolicy: 'it is about reaching the function, which never fails here',
  RoleArn: 'it will matter when permissions are enforced',
};

const state = z.enum(['ENABLED', 'DISABLED']).default('ENABLED');
const input = z
  .string()
  .refine((text) => !text.includes('<aws.scheduler.'), 'the scheduler’s own keywords are not implemented')
  .refine(isJson, 'it must be JSON')
  .optional();
const target = propertiesOf({ Arn: z.string(), Input: input }, inertTargetProperties);
const rule = propertiesOf(
  { EventPattern: z.unknown().optional(), ScheduleExpression: z.string().optional(), State: state, EventBusName: z.literal('default').optional(), Targets: z.array(target).default([]) },
  inertRuleProperties,
);
const schedule = propertiesOf({ ScheduleExpression: z.string(), State: state, Target: target }, inertScheduleProperties);

/** Reads rules and schedules that are enabled. Targets must be functions of the assembly. */
export function readTriggers(resolver: Resolver, functionExists: (arn: string) => boolean): Trigger[] {
  const toTarget = ({ Arn: functionArn, Input }: z.output<typeof target>, where: string): Target => {
    if (functionExists(functionArn)) return { functionArn, input: Input };
    throw new LocalCloudError(`${where} has the target ${functionArn}, which is no function of the assembly.`);
  };
  const toRate = (expression: string, where: string): number => {
    const everyMs = rateMs(expression);
    if (everyMs === undefined) throw new LocalCloudError(`${where} has the schedule ${expression}; the local cloud implements rate(…) only.`);
    return everyMs;
  };
  const triggers: Trigger[] = [];
  for (const { properties, resource, attributes } of readResources(resolver, 'AWS::Events::Rule', rule)) {
    const { EventPattern: pattern, ScheduleExpression: expression } = properties;
    const targets = properties.Targets.map((one) => toTarget(one, resource.where));
    const found: Trigger[] = [];
    if (pattern !== undefined) {
      const matches = compilePattern(pattern);
      if ('unknown' in matches) throw new LocalCloudError(`${resource.where}: ${matches.unknown} is not implemented by the local cloud.`);
      found.push({ kind: 'pattern', matches, targets });
    }
    if (expression !== undefined) found.push({ kind: 'rate', source: 'aws.events', arn: attributes['Arn'] ?? '', everyMs: toRate(expression, resource.where), targets });
    if (found.length === 0) throw new LocalCloudError(`${resource.where} has neither a pattern nor a schedule.`);
    if (properties.State === 'ENABLED') triggers.push(...found);
  }
  for (const { properties, resource, attributes } of readResources(resolver, 'AWS::Scheduler::Schedule', schedule)) {
    const trigger: Trigger = { kind: 'rate', source: 'aws.scheduler', arn: attributes['Arn'] ?? '', everyMs: toRate(properties.ScheduleExpression, resource.where), targets: [toTarget(properties.Target, resource.where)] };
    if (properties.State === 'ENABLED') triggers.push(trigger);
  }
  return triggers;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
