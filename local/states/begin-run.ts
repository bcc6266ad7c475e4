import type { Run } from './engine.ts';
import { runExecution } from './run-execution.ts';
import type { Service } from './service.ts';

/** Lets an execution run in this process, without waiting for its end. */
export function beginRun({ runs }: Service, run: Run): void {
  const { executionArn } = run.execution;
  runs.set(executionArn, run);
  void runExecution(run).finally(() => runs.delete(executionArn));
}
