import * as z from 'zod';
import { propertiesOf, readResources, type InertProperties } from '../assembly/read-resources.ts';
import type { Resolver, Resource } from '../assembly/resolver.ts';
import { LocalCloudError } from '../local-cloud-error.ts';

export interface StateMachineDefinition {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** JSON text with the ARNs filled in. */
  readonly definition: string;
}

const inertStateMachineProperties: InertProperties = {
  EncryptionConfiguration: 'nothing is encrypted at rest',
  LoggingConfiguration: 'histories are read through the API',
  StateMachineName: 'part of the ARN only',
  Tags: 'no cost allocation here',
  TracingConfiguration: 'there is no X-Ray',
};

const stateMachine = propertiesOf(
  { DefinitionString: z.string(), DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number().transform(String), z.boolean().transform(String)])).default({}), RoleArn: z.string(), StateMachineType: z.literal('STANDARD').optional() },
  inertStateMachineProperties,
);

/** Reads the state machines of the assembly. A definition that calls a function the assembly lacks is refused here, not when a job gets there. */
export function readStateMachines(resolver: Resolver, functionExists: (arn: string) => boolean): StateMachineDefinition[] {
  return readResources(resolver, 'AWS::StepFunctions::StateMachine', stateMachine).map(({ resource, ref: arn, attributes, properties }) => {
    const { DefinitionString, DefinitionSubstitutions: values, RoleArn: roleArn } = properties;
    const definition = DefinitionString.replaceAll(/\$\{([^}]+)\}/g, (whole, key: string) => values[key] ?? whole);
    const stranger = [...definition.matchAll(/arn:aws:lambda:[\w-]+:\d+:function:[\w-]+/g)].map(([found]) => found).find((found) => !functionExists(found));
    if (stranger !== undefined) throw new LocalCloudError(`${resource.where} calls ${stranger}, which is no function of the assembly.`);
    return { resource, arn, name: attributes['Name'] ?? arn, roleArn, definition };
  });
}
