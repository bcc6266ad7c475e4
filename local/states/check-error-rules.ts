import type { DefinitionProblem } from './definition-problem.ts';
import type { Machine } from './definition-schema.ts';
import { builtInErrorNames } from './matches-error.ts';

/** The `ErrorEquals` of Retry and Catch: known `States.` names, and `States.ALL` alone and last. */
export function checkErrorRules(machine: Machine): DefinitionProblem[] {
  return Object.entries(machine.States).flatMap(([name, state]) => {
    if (state.Type !== 'Task') return [];
    return [...checkRules(state.Retry ?? [], `/States/${name}/Retry`), ...checkRules(state.Catch ?? [], `/States/${name}/Catch`)];
  });
}

function checkRules(rules: readonly { ErrorEquals: readonly string[] }[], path: string): DefinitionProblem[] {
  return rules.flatMap((rule, index) => {
    const at = `${path}[${index}]/ErrorEquals`;
    const problems = rule.ErrorEquals.filter((name) => name.startsWith('States.') && !builtInErrorNames.has(name)).map((name) => ({
      path: at,
      message: `there is no built-in error '${name}'`,
    }));
    if (!rule.ErrorEquals.includes('States.ALL')) return problems;
    if (rule.ErrorEquals.length > 1) problems.push({ path: at, message: "'States.ALL' must stand alone" });
    if (index < rules.length - 1) problems.push({ path: at, message: "'States.ALL' must come last" });
    return problems;
  });
}
