import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { createResolver } from '../../local/assembly/resolver.ts';
import { createIdentities } from '../../local/iam/identities.ts';
import { readPolicies } from '../../local/iam/read-policies.ts';
import { findCaller } from '../../local/endpoint/find-caller.ts';
import { changed } from './fixture/boot-shop.ts';
import { role } from './fixture/shop.ts';
import { assemblyForTest, type Json } from './fixture/write-assembly.ts';

const allow = (Action: string, Resource: Json): Json => ({ Statement: [{ Effect: 'Allow', Action, Resource }] });

function policiesOf(resources: Record<string, unknown>) {
  return readPolicies(createResolver(readAssembly(assemblyForTest(changed(resources))), []));
}

describe('the policies of the template', () => {
  it('are kept by role, inline ones and attached ones, with every ARN resolved', () => {
    const arn = 'arn:aws:iam::000000000000:role/App-Clerk';
    const { ofRoles, awsManagedOfRoles } = policiesOf({
      Clerk: {
        ...(role as object),
        Properties: {
          AssumeRolePolicyDocument: { Statement: [] },
          Policies: [{ PolicyName: 'inline', PolicyDocument: allow('dynamodb:GetItem', { 'Fn::ImportValue': 'Data:OrdersName' }) }],
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', { Ref: 'Shared' }],
        },
      },
      Attached: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', Roles: [{ Ref: 'Clerk' }], PolicyDocument: allow('states:StartExecution', { Ref: 'Machine' }) } },
      Shared: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: { Effect: 'Deny', Action: ['kms:*'], Resource: '*' } } } },
    });
    expect(ofRoles.get(arn)).toEqual([
      { Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: ['Data-Orders'] },
      { Effect: 'Allow', Action: ['states:StartExecution'], Resource: ['arn:aws:states:us-east-1:000000000000:stateMachine:orders'] },
      { Effect: 'Deny', Action: ['kms:*'], Resource: ['*'] },
    ]);
    expect(awsManagedOfRoles.get(arn)).toEqual(['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']);
  });

  it('keep who may invoke which function', () => {
    expect(policiesOf({}).permissions).toEqual([{ functionName: 'App-Echo', action: 'lambda:InvokeFunction', principal: 'apigateway.amazonaws.com' }]);
  });

  it('stop the boot where a statement has a member that nobody knows', () => {
    expect(() => policiesOf({ Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', Roles: [], PolicyDocument: { Statement: [{ Effect: 'Allow', Acton: 's3:*' }] } } } })).toThrow(/^Policy \(AWS::IAM::Policy, stack App\): PolicyDocument\.Statement/);
  });
});

describe('identities', () => {
  it('are one per function and one per role, and are found by their key', () => {
    const identities = createIdentities();
    const clerk = identities.ofFunction('clerk', 'arn:role');
    expect(identities.ofFunction('clerk', 'arn:role')).toBe(clerk);
    expect(identities.ofFunction('other', 'arn:role').accessKeyId).not.toBe(clerk.accessKeyId);
    expect(identities.ofRole('arn:role').accessKeyId).not.toBe(clerk.accessKeyId);
    const signed = `AWS4-HMAC-SHA256 Credential=${clerk.accessKeyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00`;
    expect(findCaller(identities, signed, 'dynamodb', false)).toEqual({ identity: clerk });
  });

  it.each([
    ['no key', undefined],
    ['a key without a scope', 'AWS4-HMAC-SHA256 Credential=AKIA'],
    ['something else', 'Bearer token'],
  ])('cannot be taken with %s', (_what, authorization) => {
    expect(findCaller(createIdentities(), authorization, 'secretsmanager', true)).toMatchObject({ refusal: { errorName: 'MissingAuthenticationTokenException' } });
  });
});
