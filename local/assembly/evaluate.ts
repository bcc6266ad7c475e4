import { LocalCloudError } from '../local-cloud-error.ts';
import { isRecord } from './is-record.ts';
import { substitute } from './substitute.ts';

/** What the intrinsic functions of one resource or output can look up. `where` opens the sentence of every refusal. */
export interface Scope {
  readonly where: string;
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
  importValue(exportName: string): unknown;
  stackOutput(stackName: string, outputName: string): unknown;
}

/** What `Ref: AWS::NoValue` gives: the property or element that holds it does not exist. */
export const noValue = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => scope.ref(literal(argument, 'Ref', scope)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...attribute] = Array.isArray(argument) ? texts(argument, 'Fn::GetAtt', scope) : literal(argument, 'Fn::GetAtt', scope).split('.');
    if (logicalId === undefined || attribute.length === 0) throw misused('Fn::GetAtt', scope);
    return scope.attribute(logicalId, attribute.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, list] = pair(argument, 'Fn::Join', scope);
    return texts(evaluate(list, scope), 'Fn::Join', scope).join(literal(delimiter, 'Fn::Join', scope));
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = pair(argument, 'Fn::Split', scope);
    return literal(evaluate(text, scope), 'Fn::Split', scope).split(literal(delimiter, 'Fn::Split', scope));
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = pair(argument, 'Fn::Select', scope);
    const values = evaluate(list, scope);
    const selected: unknown = Array.isArray(values) ? values[Number(evaluate(index, scope))] : undefined;
    if (selected === undefined) throw misused('Fn::Select', scope);
    return selected;
  },
  'Fn::Sub': (argument, scope) => {
    const [template, variables] = Array.isArray(argument) ? pair(argument, 'Fn::Sub', scope) : [argument, {}];
    const own = evaluate(variables, scope);
    if (!isRecord(own)) throw misused('Fn::Sub', scope);
    return substitute(literal(template, 'Fn::Sub', scope), (name) => {
      if (Object.hasOwn(own, name)) return text(own[name], 'Fn::Sub', scope);
      const dot = name.indexOf('.');
      return text(dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)), 'Fn::Sub', scope);
    });
  },
  'Fn::If': (argument, scope) => {
    if (!Array.isArray(argument) || argument.length !== 3) throw misused('Fn::If', scope);
    return evaluate(scope.condition(literal(argument[0], 'Fn::If', scope)) ? argument[1] : argument[2], scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second, ...more] = texts(evaluate(argument, scope), 'Fn::FindInMap', scope);
    if (map === undefined || first === undefined || second === undefined || more.length > 0) throw misused('Fn::FindInMap', scope);
    return scope.mapping(map, first, second);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(literal(evaluate(argument, scope), 'Fn::Base64', scope), 'utf8').toString('base64'),
  'Fn::ImportValue': (argument, scope) => scope.importValue(literal(evaluate(argument, scope), 'Fn::ImportValue', scope)),
  'Fn::GetStackOutput': (argument, scope) => {
    // The region needs no look: all stacks of an assembly share one here. A role would mean another account.
    if (!isRecord(argument) || 'RoleArn' in argument) throw misused('Fn::GetStackOutput', scope);
    return scope.stackOutput(literal(evaluate(argument['StackName'], scope), 'Fn::GetStackOutput', scope), literal(argument['OutputName'], 'Fn::GetStackOutput', scope));
  },
};

/** Replaces every intrinsic function in a value of a template by what it stands for. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((element) => evaluate(element, scope)).filter((element) => element !== noValue);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value);
  const name = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name !== undefined && keys.length === 1) {
    const intrinsic = intrinsics[name];
    if (intrinsic === undefined) throw new LocalCloudError(`${scope.where} uses ${name}, which the local cloud does not implement.`);
    return intrinsic(value[name], scope);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, unknown] => [key, evaluate(inner, scope)])
      .filter(([, inner]) => inner !== noValue),
  );
}

/** An argument that CloudFormation wants as plain text. */
export function literal(value: unknown, intrinsic: string, scope: Scope): string {
  if (typeof value !== 'string') throw misused(intrinsic, scope);
  return value;
}

function text(value: unknown, intrinsic: string, scope: Scope): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return literal(value, intrinsic, scope);
}

function texts(value: unknown, intrinsic: string, scope: Scope): string[] {
  if (!Array.isArray(value)) throw misused(intrinsic, scope);
  return value.map((element) => text(element, intrinsic, scope));
}

/** The two arguments of an intrinsic that takes two. */
export function pair(value: unknown, intrinsic: string, scope: Scope): [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2) throw misused(intrinsic, scope);
  return [value[0], value[1]];
}

function misused(intrinsic: string, scope: Scope): LocalCloudError {
  return new LocalCloudError(`${scope.where} uses ${intrinsic} in a way that CloudFormation, or the local cloud, does not know.`);
}
