import { bankScenarios, personScenarios } from './scenarios.ts';
import { testBanks } from './widget/test-banks.ts';
import { anyOtherOtp, brokenBankUsers, otherAccountUser, widgetOtps } from './widget/widget-test-data.ts';

/** Everything that test data can choose, as Markdown tables: as they stand in the README, and as `--scenarios` prints them. */
export function scenarioTables(): string {
  return [
    table(['connection scenario', 'what happens'], bankScenarios.map(({ name, happens }) => [name, happens])),
    table(['person scenario', 'chosen by', 'what happens'], personScenarios.map(({ name, chosenBy, happens }) => [name, chosenBy, happens])),
    table(['bank in the widget', 'its name', 'signing in'], testBanks.map(({ id, name, told }) => [id, name, told])),
    table(
      ['user at any bank of the widget', 'what happens'],
      [...brokenBankUsers.map(({ user, told }) => [user, told]), [otherAccountUser, 'When a connection is renewed: another account, hence a new connection.']],
    ),
    table(['code in the widget', 'what happens'], [...widgetOtps, anyOtherOtp].map(({ code, told }) => [code, told])),
  ].join('\n\n');
}

/** The first cell of each row is a name that is written as it is. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map(([name = '', ...rest]) => `| \`${name}\` | ${rest.join(' | ')} |`);
  return [`| ${heads.join(' | ')} |`, `|${'---|'.repeat(heads.length)}`, ...lines].join('\n');
}
