import type { JsonObject } from './json.ts';

/** The member of an event in which each type keeps its details; null for types without any. */
export const detailsMembers = {
  ExecutionStarted: 'executionStartedEventDetails',
  ExecutionSucceeded: 'executionSucceededEventDetails',
  ExecutionFailed: 'executionFailedEventDetails',
  ExecutionTimedOut: 'executionTimedOutEventDetails',
  ExecutionAborted: 'executionAbortedEventDetails',
  TaskStateEntered: 'stateEnteredEventDetails',
  PassStateEntered: 'stateEnteredEventDetails',
  ChoiceStateEntered: 'stateEnteredEventDetails',
  WaitStateEntered: 'stateEnteredEventDetails',
  SucceedStateEntered: 'stateEnteredEventDetails',
  FailStateEntered: 'stateEnteredEventDetails',
  TaskStateExited: 'stateExitedEventDetails',
  PassStateExited: 'stateExitedEventDetails',
  ChoiceStateExited: 'stateExitedEventDetails',
  WaitStateExited: 'stateExitedEventDetails',
  SucceedStateExited: 'stateExitedEventDetails',
  TaskScheduled: 'taskScheduledEventDetails',
  TaskStarted: 'taskStartedEventDetails',
  TaskSubmitted: 'taskSubmittedEventDetails',
  TaskSubmitFailed: 'taskSubmitFailedEventDetails',
  TaskSucceeded: 'taskSucceededEventDetails',
  TaskFailed: 'taskFailedEventDetails',
  TaskTimedOut: 'taskTimedOutEventDetails',
  LambdaFunctionScheduled: 'lambdaFunctionScheduledEventDetails',
  LambdaFunctionStarted: null,
  LambdaFunctionSucceeded: 'lambdaFunctionSucceededEventDetails',
  LambdaFunctionFailed: 'lambdaFunctionFailedEventDetails',
  LambdaFunctionTimedOut: 'lambdaFunctionTimedOutEventDetails',
  EvaluationFailed: 'evaluationFailedEventDetails',
} as const;

export type HistoryEventType = keyof typeof detailsMembers;

/** One event of an execution's history. */
export interface HistoryEvent {
  /** From 1, without gaps. */
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: HistoryEventType;
  readonly details: JsonObject;
}

/** What `includeExecutionData: false` leaves out. */
const executionData = new Set(['input', 'inputDetails', 'output', 'outputDetails', 'parameters', 'assignedVariables', 'assignedVariablesDetails']);

/** An event as GetExecutionHistory answers it; the timestamp in seconds since the epoch, as AWS JSON wants it. */
export function describeEvent(event: HistoryEvent, includeExecutionData: boolean): JsonObject {
  const member = detailsMembers[event.type];
  const details = includeExecutionData ? event.details : Object.fromEntries(Object.entries(event.details).filter(([name]) => !executionData.has(name)));
  return {
    timestamp: event.at / 1000,
    type: event.type,
    id: event.id,
    previousEventId: event.previousEventId,
    ...(member !== null && { [member]: details }),
  };
}
