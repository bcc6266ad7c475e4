import type { Resolver } from './resolver.ts';

/** The outputs of all stacks, by `<stack>.<output>`, by export name, and by output name where only one stack has it. */
export function readOutputs(resolver: Resolver): Record<string, string> {
  const all = resolver.outputs().map((output) => ({ ...output, text: String(output.value) }));
  const names = Map.groupBy(all, ({ name }) => name);
  return Object.fromEntries(
    all.flatMap(({ stackName, name, exportName, text }) => {
      const keys = [`${stackName}.${name}`, exportName, names.get(name)?.length === 1 ? name : undefined];
      return keys.filter((key) => key !== undefined).map((key): [string, string] => [key, text]);
    }),
  );
}
