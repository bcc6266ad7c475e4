import { definedMembers, type JsonObject } from './json.ts';
import type { Execution } from './records.ts';
import { redrive } from './status-change.ts';

/** An execution as DescribeExecution answers it; dates in seconds since the epoch, as AWS JSON wants them. */
export function describeExecution(execution: Execution, includeData: boolean): JsonObject {
  const { redriveStatus, redriveStatusReason } = redrive(execution.status);
  const details = { included: includeData };
  return {
    ...summariseExecution(execution),
    ...definedMembers({
      input: includeData ? execution.input : undefined,
      inputDetails: details,
      output: includeData ? execution.output : undefined,
      outputDetails: execution.output === undefined ? undefined : details,
      error: execution.error,
      cause: execution.cause,
      redriveStatus,
      redriveStatusReason,
    }),
  };
}

/** An execution as ListExecutions answers it. */
export function summariseExecution(execution: Execution): JsonObject {
  return definedMembers({
    executionArn: execution.executionArn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startedAt / 1000,
    stopDate: execution.stoppedAt === undefined ? undefined : execution.stoppedAt / 1000,
    redriveCount: 0,
  });
}
