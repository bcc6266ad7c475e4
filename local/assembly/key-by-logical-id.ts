import type { Resource } from './resolver.ts';

/** Names things by logical id, and by `<stack>.<logical id>` where two stacks use the same one. */
export function keyByLogicalId<T>(entries: readonly { resource: Resource; value: T }[]): Record<string, T> {
  const uses = Map.groupBy(entries, ({ resource }) => resource.logicalId);
  return Object.fromEntries(
    entries.map(({ resource, value }): [string, T] => {
      const unique = uses.get(resource.logicalId)?.length === 1;
      return [unique ? resource.logicalId : `${resource.stack.name}.${resource.logicalId}`, value];
    }),
  );
}
