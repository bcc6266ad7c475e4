import { LocalCloudError } from '../local-cloud-error.ts';
import { beginRun } from './begin-run.ts';
import type { Machine } from './definition-schema.ts';
import { parseDefinition } from './parse-definition.ts';
import type { Execution } from './records.ts';
import type { Service } from './service.ts';

/**
 * Lets every execution that was running when an earlier process ended go on, each with the definition it was started with.
 * @throws LocalCloudError when this version no longer runs such a definition
 */
export function resumeExecutions(service: Service): void {
  const { engine, records, runs } = service;
  const definitions = new Map<number, Machine>();
  for (const execution of records.executions.values()) {
    if (execution.status !== 'RUNNING' || runs.has(execution.executionArn)) continue;
    const machine = records.revisions[execution.revision];
    if (machine === undefined) throw new Error(`${execution.executionArn} has no state machine`);
    const definition = definitions.get(execution.revision) ?? definitionOf(execution, machine.definition);
    definitions.set(execution.revision, definition);
    beginRun(service, { engine, machine, definition, execution });
  }
}

function definitionOf({ executionArn }: Execution, text: string): Machine {
  try {
    return parseDefinition(text);
  } catch (cause) {
    throw new LocalCloudError(`${executionArn} was started with a definition that this version does not run: move the data folder away to start with nothing.`, { cause });
  }
}
