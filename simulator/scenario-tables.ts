import { bankScenarios, personScenarios } from './scenarios.ts';

/** The scenarios as two Markdown tables, as they stand in the README. */
export function scenarioTables(): string {
  return [
    '| connection scenario | what happens |',
    '|---|---|',
    ...bankScenarios.map(({ name, happens }) => `| \`${name}\` | ${happens} |`),
    '',
    '| person scenario | chosen by | what happens |',
    '|---|---|---|',
    ...personScenarios.map(({ name, chosenBy, happens }) => `| \`${name}\` | ${chosenBy} | ${happens} |`),
  ].join('\n');
}
