import { LocalCloudError } from '../local-cloud-error.ts';
import { implementedTypes } from './implemented-types.ts';
import { inertTypes } from './inert-types.ts';
import type { Stack } from './read-assembly.ts';
import type { Resource } from './resolver.ts';

const known = new Set<string>([...implementedTypes, ...Object.keys(inertTypes)]);

/** Refuses, by name, what the local cloud would otherwise have to ignore in silence. */
export function checkTemplates(stacks: readonly Stack[], resources: readonly Resource[]): void {
  for (const { name, template } of stacks) {
    const rule = Object.keys(template.Rules).find((candidate) => candidate !== 'CheckBootstrapVersion');
    if (rule !== undefined) throw new LocalCloudError(`The rule ${rule} of stack ${name} is not implemented by the local cloud.`);
  }
  const unknown = resources.find(({ type }) => !known.has(type));
  if (unknown !== undefined) throw new LocalCloudError(`${unknown.where} is of a type that the local cloud does not implement: leave it out of this stage, or teach it to local/.`);
}
