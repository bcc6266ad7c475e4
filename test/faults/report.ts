import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RowResult } from './fault-row.ts';

const columns: readonly (readonly [title: string, cell: (result: RowResult) => string])[] = [
  ['fault', ({ name }) => name],
  ['clock', ({ clock }) => clock],
  ['jobs', ({ jobs }) => String(jobs)],
  ['completed', ({ completed }) => String(completed)],
  ['failed as they should', ({ failedAsTheyShould }) => String(failedAsTheyShould)],
  ['lost', ({ lost }) => String(lost)],
  ['doubled', ({ doubled }) => String(doubled)],
  ['transitions per job', ({ transitionsPerJob }) => transitionsPerJob.toFixed(2)],
  ['upstream calls per job', ({ upstreamCallsPerJob }) => upstreamCallsPerJob.toFixed(2)],
  ['seconds', ({ seconds }) => seconds.toFixed(0)],
];

export function tableOf(results: readonly RowResult[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns.map(([title]) => title)), line(columns.map(([, ], index) => (index < 2 ? '---' : '---:'))), ...results.map((result) => line(columns.map(([, cell]) => cell(result))))].join('\n');
}

export function writeReport(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
