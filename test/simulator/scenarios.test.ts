import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ledgerNamed } from '../../simulator/bank/ledger-rows.ts';
import { CallLog } from '../../simulator/call-log.ts';
import { contradictionMarkdown } from '../../simulator/contradictions/contradiction-table.ts';
import { controlRoutes } from '../../simulator/control/control-routes.ts';
import { sumMinorUnits } from '../../simulator/control/expected-data.ts';
import { HttpFaults } from '../../simulator/faults/http-faults.ts';
import { usualOtpConfigurationId } from '../../simulator/merchants.ts';
import { scenarioTables } from '../../simulator/scenario-tables.ts';
import { bankScenarios, personScenarios } from '../../simulator/scenarios.ts';
import { callName } from '../../simulator/upstream-call.ts';
import { upstreamCalls } from '../../simulator/upstream-calls.ts';
import { createSimulation } from '../../simulator/simulation.ts';
import { brokenBankUsers, otherAccountUser } from '../../simulator/widget/widget-test-data.ts';

function aSimulation() {
  return createSimulation({ now: () => 0, setTimer: () => () => undefined, seed: 1, writeLine: () => undefined, widgetOrigin: () => '' });
}

const readme = readFileSync(new URL('../../simulator/README.md', import.meta.url), 'utf8');

const rows = (text: string) => text.split('\n').filter((line) => line.startsWith('| `'));

describe('simulator/README.md', () => {
  it('has every scenario and all other test data exactly as it is in the code', () => {
    const section = readme.slice(readme.indexOf('## Scenarios'), readme.indexOf('## Contradictions'));
    expect(rows(section).toSorted()).toEqual(rows(scenarioTables()).toSorted());
    expect(rows(section).length).toBeGreaterThan(bankScenarios.length + personScenarios.length);
  });

  it('has every contradiction exactly as it is in the code', () => {
    const section = readme.slice(readme.indexOf('## Contradictions'), readme.indexOf('## Control plane'));
    const numbered = (text: string) => text.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    expect(numbered(section)).toEqual(numbered(contradictionMarkdown()));
  });

  it('lists every route of the control plane', () => {
    const simulation = aSimulation();
    const section = readme.slice(readme.indexOf('## Control plane'), readme.indexOf('### HTTP faults'));
    const listed = rows(section).join('\n').replaceAll(/\{\w+\}/g, '{}');
    const paths = controlRoutes({ simulation, faults: new HttpFaults(), log: new CallLog(simulation.clock, () => undefined), calls: [] }).map(({ path }) => path.replaceAll(/:\w+/g, '{}'));
    expect([...new Set(paths)].filter((path) => !listed.includes(path))).toEqual([]);
  });

  it('names the designated configuration of the widget and the base URLs', () => {
    expect(readme).toContain(`\`${usualOtpConfigurationId}\``);
    for (const path of ['/aeropay`', '/aerosync`', '/webhook-management`', '/sim`']) expect(readme).toContain(`http://127.0.0.1:4010${path}`);
  });

  it('says what the 1,234 transactions add up to', () => {
    const { rows } = ledgerNamed('many');
    const text = (transactions: typeof rows) => (sumMinorUnits(transactions) ?? 0).toLocaleString('en-US');
    expect(rows).toHaveLength(1234);
    expect(readme).toContain(`adds up to ${text(rows)} minor units`);
    expect(readme).toContain(`of those ${text(rows.filter(({ type }) => type === 'CREDIT'))} are credits`);
  });

  it('uses names of calls that exist', () => {
    const section = readme.slice(readme.indexOf('### HTTP faults'), readme.indexOf('## Webhooks'));
    const named = [...section.matchAll(/`((?:aeropay|aerosync|webhook-management) [^`]+)`/g)].map(([, name]) => name);
    expect(named).toHaveLength(3);
    expect(upstreamCalls(aSimulation()).map(callName)).toEqual(expect.arrayContaining(named));
  });
});

describe('the scenarios', () => {
  it('have names of their own, which no bank user has, and are more than twenty', () => {
    const names = [...[...bankScenarios, ...personScenarios].map(({ name }) => name), ...brokenBankUsers.map(({ user }) => user), otherAccountUser];
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names).size).toBe(names.length);
  });
});
