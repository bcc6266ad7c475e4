import { LocalCloudError } from '../local-cloud-error.ts';
import { evaluate, noValue, type Scope } from './evaluate.ts';
import { evaluateCondition } from './evaluate-condition.ts';
import type { Stack } from './read-assembly.ts';
import { resourceNames, type ResourceNames } from './resource-names.ts';

/** A resource that the conditions of its template let exist. */
export interface Resource {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  /** How a sentence about it begins. */
  readonly where: string;
}

export interface Output {
  readonly stackName: string;
  readonly name: string;
  readonly exportName?: string;
  readonly value: unknown;
}

/** Looks across all stacks of an assembly. Everything is worked out when asked for, so the order of stacks does not matter. */
export interface Resolver {
  readonly resources: readonly Resource[];
  names(resource: Resource): ResourceNames;
  /** The resource's properties with every intrinsic function replaced. */
  properties(resource: Resource): unknown;
  outputs(): Output[];
}

/** Builds the resolver. `apiEndpoints` tells, in the order of the HTTP APIs in the assembly, where their gateways listen. */
export function createResolver(stacks: readonly Stack[], apiEndpoints: readonly string[]): Resolver {
  const resources = stacks.flatMap((stack) => existing(stack, (name) => condition(stack, name, [])));
  const apis = resources.filter(({ type }) => type === 'AWS::ApiGatewayV2::Api');
  const byId = new Map(resources.map((resource) => [`${resource.stack.name}/${resource.logicalId}`, resource]));
  const names = new Map<Resource, ResourceNames>();
  const pending = new Set<string>();

  /** Guards a look-up that may come back to itself. */
  const once = <T>(key: string, scope: { where: string }, work: () => T): T => {
    if (pending.has(key)) throw new LocalCloudError(`${scope.where} refers to itself through ${key}.`);
    pending.add(key);
    try {
      return work();
    } finally {
      pending.delete(key);
    }
  };

  function namesOf(resource: Resource): ResourceNames {
    const known = names.get(resource);
    if (known !== undefined) return known;
    const naming = resourceNames[resource.type];
    if (naming === undefined) throw new LocalCloudError(`${resource.where} has no name in the local cloud.`);
    const { stack, logicalId } = resource;
    const scope = scopeOf(stack, resource.where);
    const text = (property: string): string | undefined => {
      const value = evaluate(stack.template.Resources[logicalId]?.Properties[property], scope);
      if (value === undefined || value === noValue) return undefined;
      if (typeof value === 'string') return value;
      throw new LocalCloudError(`${resource.where}: ${property} must be text.`);
    };
    const has = (property: string): boolean => stack.template.Resources[logicalId]?.Properties[property] !== undefined;
    const result = once(`${stack.name}.${logicalId}`, scope, () => naming({ stackName: stack.name, logicalId, region: stack.region, accountId: stack.accountId, text, has, apiEndpoint: apiEndpoints[apis.indexOf(resource)] ?? '' }));
    names.set(resource, result);
    return result;
  }

  function find(stack: Stack, logicalId: string, where: string): Resource {
    const resource = byId.get(`${stack.name}/${logicalId}`);
    if (resource === undefined) throw new LocalCloudError(`${where} refers to ${logicalId}, which stack ${stack.name} does not have.`);
    return resource;
  }

  function condition(stack: Stack, name: string, waiting: readonly string[]): boolean {
    const where = `The condition ${name} of stack ${stack.name}`;
    const expression = stack.template.Conditions[name];
    if (expression === undefined) throw new LocalCloudError(`${where} does not exist.`);
    if (waiting.includes(name)) throw new LocalCloudError(`${where} refers to itself.`);
    return evaluateCondition(expression, { ...scopeOf(stack, where), condition: (inner) => condition(stack, inner, [...waiting, name]) });
  }

  function outputOf(stack: Stack, name: string): unknown {
    const output = stack.template.Outputs[name];
    const where = `The output ${name} of stack ${stack.name}`;
    if (output === undefined || (output.Condition !== undefined && !condition(stack, output.Condition, []))) throw new LocalCloudError(`${where} does not exist.`);
    return once(where, { where }, () => evaluate(output.Value, scopeOf(stack, where)));
  }

  function exportNameOf(stack: Stack, name: string): string | undefined {
    const exported = stack.template.Outputs[name]?.Export;
    if (exported === undefined) return undefined;
    const where = `The export of output ${name} of stack ${stack.name}`;
    const value = evaluate(exported.Name, scopeOf(stack, where));
    if (typeof value !== 'string') throw new LocalCloudError(`${where} must be text.`);
    return value;
  }

  function outputNames(stack: Stack): string[] {
    return Object.entries(stack.template.Outputs).flatMap(([name, output]) => (output.Condition === undefined || condition(stack, output.Condition, []) ? [name] : []));
  }

  function scopeOf(stack: Stack, where: string): Scope {
    return {
      where,
      ref: (name) => {
        if (name.startsWith('AWS::')) return pseudoParameter(stack, name, where);
        const parameter = stack.template.Parameters[name];
        if (parameter === undefined) return namesOf(find(stack, name, where)).ref;
        if (parameter.Default === undefined) throw new LocalCloudError(`${where} refers to the parameter ${name}, which has no default: give it one, or take the value from the stage.`);
        if (parameter.Type.startsWith('AWS::SSM::')) throw new LocalCloudError(`${where} refers to the parameter ${name}, whose value lies in Parameter Store, which the local cloud does not imitate.`);
        return parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<') ? String(parameter.Default).split(',') : parameter.Default;
      },
      attribute: (logicalId, attribute) => {
        const resource = find(stack, logicalId, where);
        const value = namesOf(resource).attributes[attribute];
        if (value === undefined) throw new LocalCloudError(`${where} asks for the attribute ${attribute} of ${logicalId} (${resource.type}), which the local cloud does not implement.`);
        return value;
      },
      condition: (name) => condition(stack, name, []),
      mapping: (map, first, second) => {
        const value = stack.template.Mappings[map]?.[first]?.[second];
        if (value === undefined) throw new LocalCloudError(`${where} looks for ${first}.${second} in the mapping ${map}, which stack ${stack.name} does not have.`);
        return value;
      },
      importValue: (exportName) => {
        for (const other of stacks) {
          const output = outputNames(other).find((name) => exportNameOf(other, name) === exportName);
          if (output !== undefined) return outputOf(other, output);
        }
        throw new LocalCloudError(`${where} imports ${exportName}, which no stack of the assembly exports.`);
      },
      stackOutput: (stackName, outputName) => {
        const other = stacks.find((candidate) => candidate.name === stackName);
        if (other === undefined) throw new LocalCloudError(`${where} reads the output ${outputName} of stack ${stackName}, which is not in the assembly.`);
        return outputOf(other, outputName);
      },
    };
  }

  return {
    resources,
    names: namesOf,
    properties: (resource) => evaluate(resource.stack.template.Resources[resource.logicalId]?.Properties, scopeOf(resource.stack, resource.where)),
    outputs: () =>
      stacks.flatMap((stack) =>
        outputNames(stack).map((name) => {
          const exportName = exportNameOf(stack, name);
          return { stackName: stack.name, name, value: outputOf(stack, name), ...(exportName !== undefined && { exportName }) };
        }),
      ),
  };
}

function existing(stack: Stack, holds: (condition: string) => boolean): Resource[] {
  return Object.entries(stack.template.Resources).flatMap(([logicalId, { Type: type, Condition: condition }]) =>
    condition !== undefined && !holds(condition) ? [] : [{ stack, logicalId, type, where: `${logicalId} (${type}, stack ${stack.name})` }],
  );
}

function pseudoParameter(stack: Stack, name: string, where: string): unknown {
  switch (name) {
    case 'AWS::Region':
      return stack.region;
    case 'AWS::AccountId':
      return stack.accountId;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return stack.name;
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${stack.region}:${stack.accountId}:stack/${stack.name}/local`;
    case 'AWS::NoValue':
      return noValue;
    default:
      throw new LocalCloudError(`${where} refers to ${name}, which the local cloud does not implement.`);
  }
}
