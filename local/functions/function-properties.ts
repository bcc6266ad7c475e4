import path from 'node:path';
import * as z from 'zod';
import { integer, propertiesOf, readResources, type InertProperties } from '../assembly/read-resources.ts';
import type { Resolver, Resource } from '../assembly/resolver.ts';
import { LocalCloudError } from '../local-cloud-error.ts';

/** A function as the template declares it, with its code on this disk. */
export interface FunctionDefinition {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly roleArn: string;
  /** The asset folder. */
  readonly taskRoot: string;
  readonly handler: string;
  readonly runtime: string;
  readonly region: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly reservedConcurrency: number | undefined;
  /** Retries of an asynchronous invocation, and how long it is worth retrying. */
  readonly retries: number;
  readonly maxEventAgeMs: number;
  /** The declared variables only. */
  readonly variables: Readonly<Record<string, string>>;
}

const inertFunctionProperties: InertProperties = {
  Architectures: 'the code is JavaScript',
  CodeSigningConfigArn: 'nothing is signed',
  DeadLetterConfig: 'what is given up is said on the local cloud’s own output',
  Description: 'a text for people',
  EphemeralStorage: '/tmp is that of this machine',
  KmsKeyArn: 'nothing is encrypted at rest',
  LoggingConfig: 'lines are passed on as the function wrote them',
  RecursiveLoop: 'nothing detects loops',
  RuntimeManagementConfig: 'Node is the one that runs the local cloud',
  Tags: 'no cost allocation here',
  TracingConfig: 'there is no X-Ray',
};
const inertInvokeConfigProperties: InertProperties = {
  Qualifier: 'there is one version of a function',
};

const functionProperties = propertiesOf(
  {
    FunctionName: z.string().optional(),
    Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
    Handler: z.string(),
    Runtime: z.string().regex(/^nodejs\d+\.x$/, 'only Node.js runtimes'),
    Role: z.string(),
    PackageType: z.literal('Zip').optional(),
    Timeout: integer.default(3),
    MemorySize: integer.default(128),
    ReservedConcurrentExecutions: integer.optional(),
    Environment: z.strictObject({ Variables: z.record(z.string(), z.union([z.string(), z.number().transform(String), z.boolean().transform(String)])).default({}) }).optional(),
  },
  inertFunctionProperties,
);
const invokeConfig = propertiesOf(
  { FunctionName: z.string(), MaximumRetryAttempts: integer.optional(), MaximumEventAgeInSeconds: integer.optional() },
  inertInvokeConfigProperties,
);

/**
 * Reads all functions. `overrides` replace the values of variables that some function declares; a name that none
 * declares is refused, since a function would get by override what it lacks on AWS.
 */
export function readFunctions(resolver: Resolver, overrides: Readonly<Record<string, string>>): FunctionDefinition[] {
  const configs = readResources(resolver, 'AWS::Lambda::EventInvokeConfig', invokeConfig);
  const definitions = readResources(resolver, 'AWS::Lambda::Function', functionProperties).map(({ ref: name, attributes, logicalId, resource, properties }) => {
    const asset = resource.stack.assets.get(properties.Code.S3Key);
    if (asset?.packaging !== 'zip') throw new LocalCloudError(`${resource.where}: its code is not an asset folder of the assembly; build it with Code.fromAsset.`);
    const arn = attributes['Arn'] ?? name;
    const config = configs.find((one) => [name, arn].includes(one.properties.FunctionName))?.properties;
    const variables = properties.Environment?.Variables ?? {};
    return {
      resource,
      name,
      arn,
      logicalId,
      roleArn: properties.Role,
      taskRoot: path.resolve(asset.path),
      handler: properties.Handler,
      runtime: properties.Runtime,
      region: resource.stack.region,
      timeoutMs: properties.Timeout * 1_000,
      memoryMb: properties.MemorySize,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      retries: config?.MaximumRetryAttempts ?? 2,
      maxEventAgeMs: (config?.MaximumEventAgeInSeconds ?? 6 * 3_600) * 1_000,
      variables: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, overrides[key] ?? value])),
    };
  });
  const stranger = Object.keys(overrides).find((name) => !definitions.some(({ variables }) => Object.hasOwn(variables, name)));
  if (stranger !== undefined) throw new LocalCloudError(`${stranger} cannot be overridden, since no function of the assembly declares it: declare it in the app, or drop the override.`);
  return definitions;
}
