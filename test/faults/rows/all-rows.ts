import type { ReportRow } from '../fault-row.ts';
import { runJobsRow } from '../run-jobs-row.ts';
import { awsRows } from './aws-rows.ts';
import { crashRow } from './crash-row.ts';
import { longWaitRows } from './long-wait-rows.ts';
import { sigkillRow } from './sigkill-row.ts';
import { singleFlightRows } from './single-flight-rows.ts';
import { twoProcessesRow } from './two-processes-row.ts';
import { upstreamRows } from './upstream-rows.ts';
import { webhookRows } from './webhook-rows.ts';

/** Every row of the report, in its order. */
export const rows: readonly ReportRow[] = [
  ...[...webhookRows, ...awsRows, ...upstreamRows, ...longWaitRows, twoProcessesRow].map((row): ReportRow => ({ name: row.name, isMostlyWaiting: row.isMostlyWaiting ?? false, factor: row.factor ?? 1, run: (size) => runJobsRow(row, size) })),
  ...singleFlightRows,
  crashRow,
  sigkillRow,
];
