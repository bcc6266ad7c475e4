import { checkName } from './arn.ts';
import { beginRun } from './begin-run.ts';
import { parseJson, type Json } from './json.ts';
import { nextEvent } from './next-event.ts';
import type { Execution, StateMachine } from './records.ts';
import { ServiceError } from './service-error.ts';
import type { Service } from './service.ts';
import { statusChange } from './status-change.ts';

/**
 * Starts an execution, or answers with the running one of the same name and input.
 * Throws `InvalidName`, `InvalidExecutionInput`, `ExecutionAlreadyExists`. (AWS frees a name after 90 days; nothing here is that old.)
 */
export function startExecution(service: Service, machine: StateMachine, request: { name?: string | undefined; input?: string | undefined }): Execution {
  const { engine, records, definitions } = service;
  const { name = engine.newId(), input = '{}' } = request;
  checkName(name);
  const parsedInput = parseInput(input);

  const definition = definitions.get(machine.stateMachineArn);
  if (definition === undefined) throw new Error(`${machine.stateMachineArn} has a record but no parsed definition`);
  const executionArn = `${machine.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const existing = records.executions.get(executionArn);
  if (existing !== undefined) {
    // "The same input" is taken to the letter: a text that only means the same is refused.
    if (existing.status === 'RUNNING' && existing.input === input) return existing;
    throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  }

  const startedAt = engine.clock.now();
  const execution: Execution = {
    sequence: records.executions.size,
    executionArn,
    stateMachineArn: machine.stateMachineArn,
    name,
    input,
    startedAt,
    revision: records.revisions.indexOf(machine),
    status: 'RUNNING',
    variables: {},
    onward: { state: definition.StartAt, input: parsedInput },
    visit: null,
    history: [nextEvent([], startedAt, 'ExecutionStarted', { input, inputDetails: { truncated: false }, roleArn: machine.roleArn })],
  };
  engine.keep({ kind: 'started', execution });
  records.executions.set(executionArn, execution);
  engine.outside.onStatusChange(statusChange(execution));
  beginRun(service, { engine, machine, definition, execution });
  return execution;
}

function parseInput(input: string): Json {
  try {
    return parseJson(input);
  } catch {
    throw new ServiceError('InvalidExecutionInput', "Invalid State Machine Execution Input: 'The input is not JSON'");
  }
}
