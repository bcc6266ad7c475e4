import type { Difference } from './compare-observations.ts';

const columns = ['call', 'path', 'simulator', 'live'] as const;

/** The differences as a table of text, one line each. */
export function differenceTable(differences: readonly Difference[]): string {
  const heading = { call: 'CALL', path: 'PATH', simulator: 'SIMULATOR', live: 'LIVE' };
  const rows = [heading, ...differences];
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => columns.map((column, index) => row[column].padEnd(widths[index] ?? 0)).join('  ').trimEnd()).join('\n');
}
