import { readFileSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { aerobridge } from '../../bin/aerobridge.ts';
import type { StageName } from '../../lib/config/stages.ts';
import { stubBundles } from './stub-bundles.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** What a property holds, by a path such as `Targets.0.Arn.Fn::GetAtt.0`; undefined where the path ends early. */
export function at(resource: Pick<Resource, 'Properties'> | undefined, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource?.Properties);
}

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };

/** The app of one stage, as `cdk synth` would build it, without a validation. */
export function appOf(stage: StageName, more: Record<string, unknown> = {}) {
  const app = new App({ outdir: temporaryFolder(), analyticsReporting: false, builtinCloudFormationValidation: false, context: { ...context, stage, bundles: stubBundles(), ...more } });
  return { app, stacks: aerobridge(app) };
}

/** All resources of a stage, or of one of its stacks. */
export function deploymentOf(stage: StageName) {
  const { stacks } = appOf(stage);
  const templates = Object.fromEntries(Object.entries<Stack>(stacks).map(([name, stack]) => [name, Template.fromStack(stack).toJSON() as { Resources: Record<string, Omit<Resource, 'id'>>; Outputs?: Record<string, unknown> }]));
  const resources = (type: string, stack?: keyof typeof stacks): Resource[] =>
    Object.entries(templates)
      .filter(([name]) => stack === undefined || name === stack)
      .flatMap(([, { Resources }]) => Object.entries(Resources).map(([id, resource]) => ({ id, ...resource })))
      .filter(({ Type }) => Type === type);
  return { stacks, templates, resources };
}

export interface Statement {
  readonly actions: string[];
  /** Template values as JSON text: references are told apart by their names. */
  readonly resources: string[];
}

/** What the role of one function, or of the machine, may do. The role is found by the start of its policy's id. */
export function statementsOf(deployment: ReturnType<typeof deploymentOf>, idStart = ''): Statement[] {
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);
  return deployment
    .resources('AWS::IAM::Policy')
    .filter(({ id }) => id.startsWith(idStart))
    .flatMap(({ Properties }) => (Properties as { PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] } }).PolicyDocument.Statement)
    .map(({ Action, Resource: of }) => ({ actions: list(Action).map(String), resources: list(of).map((value) => JSON.stringify(value)) }));
}
