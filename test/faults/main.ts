import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildFunctions } from '../../scripts/build.ts';
import { synthesise } from '../../scripts/synth.ts';
import type { RowResult } from './fault-row.ts';
import { tableOf, writeReport } from './report.ts';
import { rows } from './rows/all-rows.ts';
import { runRow } from './run-row.ts';

const usage = 'npm run faults [-- --quick] [-- --only <part of a name>] [-- --jobs <number>] [-- --list]';
const reportFile = path.join(import.meta.dirname, '..', '..', 'reports', 'faults.md');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true }, jobs: { type: 'string' }, list: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
  if (values.help) return console.log(usage);
  const chosen = rows.filter(({ name }) => values.only === undefined || values.only.some((part) => name.includes(part)));
  if (values.list) return console.log(chosen.map(({ name }) => name).join('\n'));
  if (chosen.length === 0) throw new Error(`No fault has this in its name: ${values.only?.join(', ') ?? ''}. --list names them all.`);
  const wanted = values.jobs === undefined ? (values.quick ? 100 : 1000) : Number(values.jobs);
  await withAssembly(async (assembly) => {
    const results: RowResult[] = [];
    for (const row of chosen) {
      console.log(`… ${row.name}`);
      const result = await runRow(row, { assembly, wanted });
      results.push(result);
      console.log(`${isGood(result) ? '✓' : '✗'} ${row.name}: ${result.jobs} jobs, ${result.completed} completed, ${result.failedAsTheyShould} failed as they should, ${result.lost} lost, ${result.doubled} doubled, ${result.seconds.toFixed(0)} s`);
      for (const problem of result.problems) console.log(`    ${problem}`);
    }
    const table = tableOf(results);
    writeReport(reportFile, `# Faults\n\n${table}\n`);
    const passed = results.filter(isGood).length;
    console.log(`\n${table}\n\n${path.relative(process.cwd(), reportFile)}\n${passed} passed, ${results.length - passed} failed`);
    process.exitCode = passed === results.length ? 0 : 1;
  });
}

function isGood({ lost, doubled }: RowResult): boolean {
  return lost === 0 && doubled === 0;
}

async function withAssembly(work: (assembly: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aerobridge-faults-'));
  try {
    const [assembly, bundles] = [path.join(folder, 'cdk.out'), path.join(folder, 'functions')];
    await buildFunctions({ outdir: bundles });
    await synthesise({ stage: 'dev', outdir: assembly, bundles, validate: false });
    await work(assembly);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
