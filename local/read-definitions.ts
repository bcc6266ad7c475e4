import { checkTemplates } from './assembly/check-template.ts';
import type { Stack } from './assembly/read-assembly.ts';
import { readOutputs } from './assembly/read-outputs.ts';
import { createResolver } from './assembly/resolver.ts';
import { readTables } from './dynamodb/table-properties.ts';
import { readTriggers } from './events/event-properties.ts';
import { readFunctions } from './functions/function-properties.ts';
import { readApis } from './http-api/api-properties.ts';
import { readPolicies } from './iam/read-policies.ts';
import { readStateMachines } from './machines/state-machine-properties.ts';
import { readSecrets } from './secrets/secret-properties.ts';
import { readMappings } from './streams/mapping-properties.ts';

/**
 * Reads everything that the assembly declares, and refuses what the local cloud would get wrong, before anything is made.
 * @param apiUrls where the gateways of the HTTP APIs listen, in the order of the APIs in the assembly
 */
export function readDefinitions(stacks: readonly Stack[], apiUrls: readonly string[], environment: Readonly<Record<string, string>>) {
  const resolver = createResolver(stacks, apiUrls);
  checkTemplates(stacks, resolver.resources);
  const functions = readFunctions(resolver, environment);
  const functionExists = (arn: string): boolean => functions.some((definition) => definition.arn === arn);
  const tables = readTables(resolver);
  return {
    functions,
    tables,
    mappings: readMappings(resolver, tables, functions),
    secrets: readSecrets(resolver),
    machines: readStateMachines(resolver, functionExists),
    apis: readApis(resolver, functionExists),
    triggers: readTriggers(resolver, functionExists),
    policies: readPolicies(resolver),
    outputs: readOutputs(resolver),
  };
}
