import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ledgerNamed } from '../../simulator/bank/ledger-rows.ts';
import { sumMinorUnits } from '../../simulator/control/expected-data.ts';
import { scenarioTables } from '../../simulator/scenario-tables.ts';
import { bankScenarios, personScenarios } from '../../simulator/scenarios.ts';
import { callName } from '../../simulator/upstream-call.ts';
import { upstreamCalls } from '../../simulator/upstream-calls.ts';
import { createSimulation } from '../../simulator/simulation.ts';

const readme = readFileSync(new URL('../../simulator/README.md', import.meta.url), 'utf8');

describe('simulator/README.md', () => {
  it('has every scenario exactly as it is in the code', () => {
    const rows = (text: string) => text.split('\n').filter((line) => line.startsWith('| `'));
    const section = readme.slice(readme.indexOf('## Scenarios'), readme.indexOf('## Control plane'));
    expect(rows(section).toSorted()).toEqual(rows(scenarioTables()).toSorted());
    expect(rows(section)).toHaveLength(bankScenarios.length + personScenarios.length);
  });

  it('says what the 1,234 transactions add up to', () => {
    const { rows } = ledgerNamed('many');
    const text = (transactions: typeof rows) => (sumMinorUnits(transactions) ?? 0).toLocaleString('en-US');
    expect(rows).toHaveLength(1234);
    expect(readme).toContain(`adds up to ${text(rows)} minor units`);
    expect(readme).toContain(`of those ${text(rows.filter(({ type }) => type === 'CREDIT'))} are credits`);
  });

  it('uses the name of a call that exists', () => {
    const simulation = createSimulation({ now: () => 0, setTimer: () => () => undefined, seed: 1, writeLine: () => undefined, widgetOrigin: () => '' });
    const named = /`call` is a name as .* shows it, e\.g\. `(?<name>[^`]+)`/.exec(readme)?.groups?.['name'];
    expect(upstreamCalls(simulation).map(callName)).toContain(named);
  });
});

describe('the scenarios', () => {
  it('have names of their own', () => {
    const names = [...bankScenarios, ...personScenarios].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
