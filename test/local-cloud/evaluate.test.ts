import { describe, expect, it } from 'vitest';
import { evaluate, noValue, type Scope } from '../../local/assembly/evaluate.ts';
import { evaluateCondition } from '../../local/assembly/evaluate-condition.ts';

const scope: Scope = {
  where: 'Thing (AWS::Some::Thing, stack Test)',
  ref: (name) => ({ Table: 'users', List: ['a', 'b'], 'AWS::Region': 'us-east-1', 'AWS::NoValue': noValue })[name] ?? `ref:${name}`,
  attribute: (id, attribute) => `${id}!${attribute}`,
  condition: (name) => name === 'Yes',
  mapping: (...keys) => keys.join('/'),
  importValue: (name) => `imported ${name}`,
  stackOutput: (stack, output) => `${stack}:${output}`,
};

describe('the intrinsic functions of a template', () => {
  it.each([
    ['Ref', { Ref: 'Table' }, 'users'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Fn', 'Arn'] }, 'Fn!Arn'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Fn.Nested.Arn' }, 'Fn!Nested.Arn'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 1]] }, 'a-users-1'],
    ['Join over a list that another function gives', { 'Fn::Join': ['', { 'Fn::Split': [',', 'a,b'] }] }, 'ab'],
    ['Sub', { 'Fn::Sub': 'x-${AWS::Region}-${Fn.Arn}-${!Kept}' }, 'x-us-east-1-Fn!Arn-${Kept}'],
    ['Sub with variables of its own', { 'Fn::Sub': ['${mine}/${Table}', { mine: { Ref: 'Table' } }] }, 'users/users'],
    ['Select', { 'Fn::Select': [1, { Ref: 'List' }] }, 'b'],
    ['Select with the index as text', { 'Fn::Select': ['0', ['x', 'y']] }, 'x'],
    ['Split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    ['If', { 'Fn::If': ['Yes', { Ref: 'Table' }, 'no'] }, 'users'],
    ['If, the other way', { 'Fn::If': ['No', 'yes', { Ref: 'Table' }] }, 'users'],
    ['FindInMap', { 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'size'] }, 'Regions/us-east-1/size'],
    ['Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Table}-export' } }, 'imported users-export'],
    ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'Data', Region: 'us-east-1', OutputName: 'Name' } }, 'Data:Name'],
    ['functions inside functions and lists', { a: [{ b: { 'Fn::Join': ['', ['1', { 'Fn::Select': [0, ['2']] }]] } }] }, { a: [{ b: '12' }] }],
    ['no value, as a member and as an element', { kept: 1, dropped: { Ref: 'AWS::NoValue' }, list: ['x', { Ref: 'AWS::NoValue' }] }, { kept: 1, list: ['x'] }],
    ['no value out of an If', { gone: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } }, {}],
  ])('replaces %s', (_name, value, expected) => {
    expect(evaluate(value, scope)).toEqual(expected);
  });

  it('refuses a function that it does not know by the function’s name and the resource’s', () => {
    expect(() => evaluate({ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, scope)).toThrow('Thing (AWS::Some::Thing, stack Test) uses Fn::Cidr, which the local cloud does not implement.');
  });

  it.each([
    ['a Select past the end', { 'Fn::Select': [5, ['a']] }, 'Fn::Select'],
    ['a Join without a list', { 'Fn::Join': ['', 'a'] }, 'Fn::Join'],
    ['a FindInMap with a default', { 'Fn::FindInMap': ['A', 'b', 'c', 'd'] }, 'Fn::FindInMap'],
    ['an output of another account', { 'Fn::GetStackOutput': { StackName: 'A', OutputName: 'b', RoleArn: 'arn' } }, 'Fn::GetStackOutput'],
    ['an If with two arguments', { 'Fn::If': ['Yes', 'a'] }, 'Fn::If'],
    ['a Sub of something that is no text', { 'Fn::Sub': '${List}' }, 'Fn::Sub'],
  ])('refuses %s', (_name, value, intrinsic) => {
    expect(() => evaluate(value, scope)).toThrow(`uses ${intrinsic} in a way`);
  });
});

describe('the conditions of a template', () => {
  it.each([
    ['equal', { 'Fn::Equals': [{ Ref: 'Table' }, 'users'] }, true],
    ['unequal', { 'Fn::Equals': ['a', 'b'] }, false],
    ['and', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    ['or', { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
    ['not', { 'Fn::Not': [{ Condition: 'No' }] }, true],
  ])('knows %s', (_name, expression, expected) => {
    expect(evaluateCondition(expression, scope)).toBe(expected);
  });

  it('refuses what is no condition', () => {
    expect(() => evaluateCondition({ 'Fn::Contains': [['a'], 'a'] }, scope)).toThrow('uses Fn::Contains');
    expect(() => evaluateCondition('Yes', scope)).toThrow('is not a condition');
  });
});
