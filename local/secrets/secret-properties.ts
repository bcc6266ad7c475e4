import * as z from 'zod';
import { propertiesOf, readResources, type InertProperties } from '../assembly/read-resources.ts';
import type { Resolver, Resource } from '../assembly/resolver.ts';
import { LocalCloudError } from '../local-cloud-error.ts';
import { generateSecretString, generateSecretStringSchema } from './generate-secret-string.ts';

export interface SecretDefinition {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly secretString: string;
}

const inertSecretProperties: InertProperties = {
  KmsKeyId: 'nothing is encrypted at rest',
  Tags: 'no cost allocation here',
};

const secretProperties = propertiesOf(
  {
    Name: z.string().optional(),
    Description: z.string().optional(),
    SecretString: z.string().optional(),
    GenerateSecretString: generateSecretStringSchema.optional(),
  },
  inertSecretProperties,
);

/** Reads the secrets of the assembly and generates the values that the template leaves to AWS. */
export function readSecrets(resolver: Resolver): SecretDefinition[] {
  return readResources(resolver, 'AWS::SecretsManager::Secret', secretProperties).map(({ resource, ref: arn, properties }) => {
    const { Name, Description: description, SecretString, GenerateSecretString: wanted } = properties;
    if (wanted !== undefined && SecretString !== undefined) throw new LocalCloudError(`${resource.where} has both a SecretString and a GenerateSecretString: keep one.`);
    // CloudFormation generates a password when the template says nothing.
    const secretString = SecretString ?? generateSecretString(wanted ?? generateSecretStringSchema.parse({}));
    return { resource, arn, name: Name ?? `${resource.stack.name}-${resource.logicalId}`, description, secretString };
  });
}
