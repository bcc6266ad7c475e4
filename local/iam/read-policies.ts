import * as z from 'zod';
import { propertiesOf, readResources, type InertProperties } from '../assembly/read-resources.ts';
import type { Resolver } from '../assembly/resolver.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const policyDocument = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});
const inlinePolicies = z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument })).default([]);

/** One statement of a policy, with every ARN in it resolved. */
export type PolicyStatement = z.output<typeof statement>;

/** A grant on the function itself: which service may invoke it, on behalf of what. */
export interface InvokePermission {
  readonly functionName: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string;
}

export interface Policies {
  /** Statements by the ARN of the role they are attached to. */
  readonly ofRoles: ReadonlyMap<string, readonly PolicyStatement[]>;
  /** ARNs of AWS's own managed policies by role; their text is not part of an assembly. */
  readonly awsManagedOfRoles: ReadonlyMap<string, readonly string[]>;
  readonly permissions: readonly InvokePermission[];
}

const inertRoleProperties: InertProperties = {
  Description: 'a text for people',
  MaxSessionDuration: 'identities live as long as the local cloud',
  Path: 'part of the ARN only',
  RoleName: 'part of the ARN only',
  Tags: 'no cost allocation here',
};
const inertPolicyProperties: InertProperties = {
  Description: 'a text for people',
  ManagedPolicyName: 'part of the ARN only',
  Path: 'part of the ARN only',
};

const role = propertiesOf({ AssumeRolePolicyDocument: policyDocument, ManagedPolicyArns: z.array(z.string()).default([]), Policies: inlinePolicies }, inertRoleProperties);
const policy = propertiesOf({ PolicyName: z.string().optional(), PolicyDocument: policyDocument, Roles: z.array(z.string()).default([]) }, inertPolicyProperties);
const permission = propertiesOf(
  { Action: z.string(), FunctionName: z.string(), Principal: z.string(), SourceArn: z.string().optional() },
  { SourceAccount: 'there is one account' },
);

/** Reads roles, policies and Lambda permissions. Nothing checks calls against them yet; `authorize.ts` is where that will be. */
export function readPolicies(resolver: Resolver): Policies {
  const roles = readResources(resolver, 'AWS::IAM::Role', role);
  const attached = [...readResources(resolver, 'AWS::IAM::Policy', policy), ...readResources(resolver, 'AWS::IAM::ManagedPolicy', policy)];
  const ofRoles = new Map<string, PolicyStatement[]>();
  const awsManagedOfRoles = new Map<string, string[]>();
  for (const { ref: name, attributes, properties } of roles) {
    const own = attached.filter(({ ref, properties: { Roles } }) => Roles.includes(name) || properties.ManagedPolicyArns.includes(ref));
    const arn = attributes['Arn'] ?? name;
    ofRoles.set(arn, [...properties.Policies, ...own.map((one) => one.properties)].flatMap(({ PolicyDocument }) => PolicyDocument.Statement));
    awsManagedOfRoles.set(arn, properties.ManagedPolicyArns.filter((managed) => managed.startsWith('arn:aws:iam::aws:')));
  }
  const permissions = readResources(resolver, 'AWS::Lambda::Permission', permission).map(({ properties }) => ({
    functionName: properties.FunctionName,
    action: properties.Action,
    principal: properties.Principal,
    ...(properties.SourceArn !== undefined && { sourceArn: properties.SourceArn }),
  }));
  return { ofRoles, awsManagedOfRoles, permissions };
}
