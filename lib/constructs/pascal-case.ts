/** `start-job` -> `StartJob`: construct ids are in the case of CloudFormation. */
export function pascalCase(kebab: string): string {
  return kebab.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}
