import { parseRequest, requests } from './api-requests.ts';
import { checkArn } from './arn.ts';
import { closeExecution } from './close-execution.ts';
import { describeExecution, summariseExecution } from './describe-execution.ts';
import { describeEvent } from './history-event.ts';
import { parseJson, type Json, type JsonObject } from './json.ts';
import { pageOf } from './page.ts';
import type { Execution, Records, StateMachine } from './records.ts';
import { ServiceError } from './service-error.ts';
import type { Service } from './service.ts';
import { startExecution } from './start-execution.ts';

type Operation = (service: Service, input: unknown) => JsonObject;

/** The operations of the Step Functions API that the local cloud serves, by the name in `X-Amz-Target`. */
export const operations: Readonly<Record<string, Operation>> = {
  StartExecution(service, input) {
    const request = parseRequest(requests.StartExecution, input);
    const machine = findMachine(service.records, request.stateMachineArn);
    const execution = startExecution(service, machine, request);
    return { executionArn: execution.executionArn, startDate: execution.startedAt / 1000 };
  },

  DescribeExecution({ records }, input) {
    const request = parseRequest(requests.DescribeExecution, input);
    return describeExecution(findExecution(records, request.executionArn), request.includedData !== 'METADATA_ONLY');
  },

  GetExecutionHistory({ records }, input) {
    const request = parseRequest(requests.GetExecutionHistory, input);
    const { history, executionArn } = findExecution(records, request.executionArn);
    const reverse = request.reverseOrder ?? false;
    const { page, nextToken } = pageOf(reverse ? history.toReversed() : history, (event) => event.id, `history ${executionArn} ${reverse}`, request);
    return { events: page.map((event) => describeEvent(event, request.includeExecutionData ?? true)), ...(nextToken !== undefined && { nextToken }) };
  },

  ListExecutions({ records }, input) {
    const request = parseRequest(requests.ListExecutions, input);
    const { stateMachineArn } = findMachine(records, request.stateMachineArn);
    const { statusFilter } = request;
    const listed = [...records.executions.values()]
      .filter((execution) => execution.stateMachineArn === stateMachineArn && (statusFilter === undefined || execution.status === statusFilter))
      .reverse();
    const { page, nextToken } = pageOf(listed, (execution) => execution.sequence, `executions ${stateMachineArn} ${statusFilter ?? ''}`, request);
    return { executions: page.map(summariseExecution), ...(nextToken !== undefined && { nextToken }) };
  },

  StopExecution({ engine, records, runs }, input) {
    const request = parseRequest(requests.StopExecution, input);
    const execution = findExecution(records, request.executionArn);
    const run = runs.get(execution.executionArn);
    if (run !== undefined) closeExecution(run, { status: 'ABORTED', error: request.error, cause: request.cause });
    return { stopDate: (execution.stoppedAt ?? engine.clock.now()) / 1000 };
  },

  DescribeStateMachine({ records }, input) {
    const request = parseRequest(requests.DescribeStateMachine, input);
    const machine = findMachine(records, request.stateMachineArn);
    return {
      stateMachineArn: machine.stateMachineArn,
      name: machine.name,
      status: 'ACTIVE',
      ...(request.includedData !== 'METADATA_ONLY' && { definition: machine.definition }),
      roleArn: machine.roleArn,
      type: 'STANDARD',
      creationDate: machine.createdAt / 1000,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    };
  },

  SendTaskSuccess({ engine }, input) {
    const request = parseRequest(requests.SendTaskSuccess, input);
    engine.tokens.answer(request.taskToken, { ok: true, output: parseOutput(request.output) });
    return {};
  },

  SendTaskFailure({ engine }, input) {
    const { taskToken, error, cause } = parseRequest(requests.SendTaskFailure, input);
    engine.tokens.answer(taskToken, { ok: false, error, cause });
    return {};
  },

  SendTaskHeartbeat({ engine }, input) {
    engine.tokens.heartbeat(parseRequest(requests.SendTaskHeartbeat, input).taskToken);
    return {};
  },
};

function findMachine(records: Records, arn: string): StateMachine {
  checkArn(arn, 'stateMachine');
  const machine = records.machines.get(arn);
  if (machine === undefined) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

function findExecution(records: Records, arn: string): Execution {
  checkArn(arn, 'execution');
  const execution = records.executions.get(arn);
  if (execution === undefined) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return execution;
}

function parseOutput(output: string): Json {
  try {
    return parseJson(output);
  } catch {
    throw new ServiceError('InvalidOutput', "Invalid Output: 'The output is not JSON'");
  }
}
