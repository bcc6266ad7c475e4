import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RowResult } from './fault-row.ts';

/** A row as it was run. */
export interface ReportedRow extends RowResult {
  readonly name: string;
  /** How many times faster than the wall's the clock ran. */
  readonly factor: number;
  /** Of the wall. */
  readonly seconds: number;
}

const columns: readonly (readonly [title: string, cell: (row: ReportedRow) => string])[] = [
  ['fault', ({ name, note }) => (note === undefined ? name : `${name}: ${note}`)],
  ['clock', ({ factor }) => (factor === 1 ? 'wall' : `×${factor}`)],
  ['jobs', ({ jobs }) => String(jobs)],
  ['completed', ({ completed }) => String(completed)],
  ['failed as they should', ({ failedAsTheyShould }) => String(failedAsTheyShould)],
  ['lost', ({ lost }) => String(lost)],
  ['doubled', ({ doubled }) => String(doubled)],
  ['transitions per job', ({ jobs, transitionsPerJob }) => (jobs === 0 ? '–' : transitionsPerJob.toFixed(2))],
  ['upstream calls per job', ({ jobs, upstreamCallsPerJob }) => (jobs === 0 ? '–' : (upstreamCallsPerJob?.toFixed(2) ?? '–'))],
  ['seconds', ({ seconds }) => seconds.toFixed(0)],
];

export function isGood({ lost, doubled }: Pick<RowResult, 'lost' | 'doubled'>): boolean {
  return lost === 0 && doubled === 0;
}

export function tableOf(results: readonly ReportedRow[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns.map(([title]) => title)), line(columns.map((_, index) => (index < 2 ? '---' : '---:'))), ...results.map((result) => line(columns.map(([, cell]) => cell(result))))].join('\n');
}

export function writeReport(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
