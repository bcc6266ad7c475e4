import { beginRun } from './begin-run.ts';
import { parseDefinition } from './parse-definition.ts';
import type { Service } from './service.ts';

/**
 * Lets every execution that was running when an earlier process ended go on, each with the definition it was started with.
 * Throws `InvalidDefinition` when this version no longer runs such a definition.
 */
export function resumeExecutions(service: Service): void {
  const { engine, records, runs } = service;
  for (const execution of records.executions.values()) {
    if (execution.status !== 'RUNNING' || runs.has(execution.executionArn)) continue;
    const machine = records.revisions[execution.revision];
    if (machine === undefined) throw new Error(`${execution.executionArn} has no state machine`);
    beginRun(service, { engine, machine, definition: parseDefinition(machine.definition), execution });
  }
}
