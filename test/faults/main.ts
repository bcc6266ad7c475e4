import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildFunctions } from '../../scripts/build.ts';
import { synthesise } from '../../scripts/synth.ts';
import type { ReportRow, RowSize } from './fault-row.ts';
import { inParallel } from './in-parallel.ts';
import { isGood, tableOf, writeReport, type ReportedRow } from './report.ts';
import { rows } from './rows/all-rows.ts';

const usage = 'npm run faults -- [--quick] [--only <part of a name>] [--jobs <number>] [--list]';
const reportFile = path.join(import.meta.dirname, '..', '..', 'reports', 'faults.md');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true }, jobs: { type: 'string' }, list: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
  if (values.help) {
    console.log(usage);
    return;
  }
  const chosen = rows.filter(({ name }) => values.only === undefined || values.only.some((part) => name.includes(part)));
  if (values.list) {
    console.log(chosen.map(({ name }) => name).join('\n'));
    return;
  }
  if (chosen.length === 0) throw new Error(`No fault has this in its name: ${values.only?.join(', ') ?? ''}. --list names them all.`);
  const wanted = values.jobs === undefined ? (values.quick ? 100 : 1000) : Number(values.jobs);
  const from = performance.now();
  const results = await withAssembly((assembly) => runAll(chosen, { assembly, wanted, isQuick: values.quick }));
  const passed = results.filter(isGood).length;
  const took = `${wanted} jobs per fault where it allows them; ${((performance.now() - from) / 60_000).toFixed(1)} minutes in all.`;
  const details = results.flatMap((row) => row.details ?? []).map((line) => `- ${line}`);
  writeReport(reportFile, `# Faults\n\n${took}\n\n${tableOf(results)}\n\n${details.join('\n')}\n`);
  console.log(`\n${tableOf(results)}\n\n${took} ${path.relative(process.cwd(), reportFile)}\n${passed} passed, ${results.length - passed} failed`);
  process.exitCode = passed === results.length ? 0 : 1;
}

/** Of those that mostly wait, so many at once: more would keep the one thread busy that all of them share. */
const waitingAtOnce = 3;

/** One row after the other, and beside them those that mostly wait, from the last on: there stand the longest. */
async function runAll(chosen: readonly ReportRow[], size: RowSize): Promise<ReportedRow[]> {
  const results = new Map<ReportRow, ReportedRow>();
  const run = async (row: ReportRow): Promise<unknown> => results.set(row, await runOne(row, size));
  const waits = ({ isMostlyWaiting }: ReportRow): boolean => isMostlyWaiting === true || (isMostlyWaiting === 'when quick' && size.isQuick);
  const [waiting, busy] = [chosen.filter(waits), chosen.filter((row) => !waits(row))];
  await Promise.all([inParallel(waiting.toReversed(), waitingAtOnce, run), inParallel(busy, 1, run)]);
  return chosen.flatMap((row) => results.get(row) ?? []);
}

async function runOne(row: ReportRow, size: RowSize): Promise<ReportedRow> {
  const from = performance.now();
  const result = { name: row.name, factor: row.factor ?? 1, ...(await row.run(size)), seconds: (performance.now() - from) / 1000 };
  const { name, jobs, completed, failedAsTheyShould, lost, doubled, seconds, note } = result;
  console.log(`${isGood(result) ? '✓' : '✗'} ${name}${note === undefined ? '' : `: ${note}`}: ${jobs} jobs, ${completed} completed, ${failedAsTheyShould} failed as they should, ${lost} lost, ${doubled} doubled (${seconds.toFixed(0)} s)`);
  for (const problem of result.problems) console.log(`    ${problem}`);
  return result;
}

async function withAssembly<T>(work: (assembly: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aerobridge-faults-'));
  try {
    const [assembly, bundles] = [path.join(folder, 'cdk.out'), path.join(folder, 'functions')];
    await buildFunctions({ outdir: bundles });
    await synthesise({ stage: 'dev', outdir: assembly, bundles, validate: false });
    return await work(assembly);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
