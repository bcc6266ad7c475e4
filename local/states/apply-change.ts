import type { Change, Execution } from './records.ts';

/** Lets a change count. The same for one that happens and for one that is read back. */
export function applyChange(execution: Execution, { event, execution: changed, visit }: Change): void {
  if (event !== undefined) execution.history.push(event);
  Object.assign(execution, changed);
  if (execution.visit !== null) Object.assign(execution.visit, visit);
}
