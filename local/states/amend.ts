import { applyChange } from './apply-change.ts';
import type { Run } from './engine.ts';
import { ExecutionClosed } from './execution-closed.ts';
import type { Change } from './records.ts';

/** Changes a running execution: kept first, so that nobody hears of what a killed process would forget. */
export function amend({ engine, execution, abandoned }: Run, change: Change): void {
  if (execution.status !== 'RUNNING' || abandoned === true) throw new ExecutionClosed();
  engine.keep({ kind: 'changed', executionArn: execution.executionArn, change });
  applyChange(execution, change);
}
