import * as z from 'zod';
import { LocalCloudError } from '../local-cloud-error.ts';
import { firstIssue } from './first-issue.ts';
import type { ImplementedType } from './implemented-types.ts';
import { isRecord } from './is-record.ts';
import type { Resolver, Resource } from './resolver.ts';
import type { ResourceNames } from './resource-names.ts';

export interface ReadResource<P> extends ResourceNames {
  readonly resource: Resource;
  readonly logicalId: string;
  readonly properties: P;
}

/** Reads all resources of a type through the schema of its properties; a property outside the schema stops the boot by name. */
export function readResources<S extends z.ZodType>(resolver: Resolver, type: ImplementedType, schema: S): ReadResource<z.output<S>>[] {
  return resolver.resources
    .filter((resource) => resource.type === type)
    .map((resource) => {
      const parsed = schema.safeParse(resolver.properties(resource));
      if (!parsed.success) throw new LocalCloudError(`${resource.where}: ${firstIssue(parsed.error)}`, { cause: parsed.error });
      return { resource, logicalId: resource.logicalId, properties: parsed.data, ...resolver.names(resource) };
    });
}

/** Why a property may stand in a template although nothing here acts on it. */
export type InertProperties = Readonly<Record<string, string>>;

/** The schema of a type: the properties that are acted on, and those that are accepted without effect. */
export function propertiesOf<S extends z.ZodRawShape>(understood: S, inert: InertProperties) {
  const acted = (properties: unknown): unknown =>
    isRecord(properties) ? Object.fromEntries(Object.entries(properties).filter(([name]) => !Object.hasOwn(inert, name))) : properties;
  return z.preprocess(acted, z.strictObject(understood));
}

/** CloudFormation takes a number as text too, for instance from a parameter. */
export const integer = z.union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)]);

/** CloudFormation takes a truth value as text too. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
