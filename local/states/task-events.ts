import type { Run } from './engine.ts';
import type { HistoryEventType } from './history-event.ts';
import { definedMembers, type Json, type JsonObject } from './json.ts';
import { recordEvent } from './record-event.ts';
import type { Progress, TokenWait } from './records.ts';
import { resourceNames, type Resource } from './resource.ts';
import type { StatesErrorDetails } from './states-error.ts';
import type { TaskOutcome } from './task-outcome.ts';

type Failure = StatesErrorDetails | Extract<TaskOutcome, { ok: false }>;

/** Records what happens to one attempt of a Task, and with it how far the visit has come. */
export interface TaskEvents {
  scheduled(args: Json, limits: TokenWait['limits'], progress: Progress): void;
  started(): void;
  /** Only for token waits: the call went through, its answer is still to come. */
  submitted(reply: Json, progress: TokenWait): void;
  /** Only for token waits: the call itself failed. */
  submitFailed(failure: Failure): void;
  succeeded(result: Json): void;
  failed(failure: Failure): void;
  timedOut(failure: Failure): void;
}

/** A bare function ARN keeps the old `LambdaFunction…` events; everything else has `Task…` events that name the integration. */
export function taskEvents(run: Run, resource: Resource): TaskEvents {
  const isBare = resource.kind === 'lambda-function';
  const names = isBare ? {} : resourceNames(resource);
  const data = (member: 'input' | 'output', value: Json): JsonObject => ({ [member]: JSON.stringify(value), [`${member}Details`]: { truncated: false } });
  const record = (type: HistoryEventType, details: JsonObject, progress?: Progress) => void recordEvent(run, type, details, progress === undefined ? {} : { along: { visit: { progress } } });
  const fail = (type: HistoryEventType) => (failure: Failure) => {
    const error = 'ok' in failure ? { error: failure.error, cause: failure.cause } : failure;
    record(type, { ...names, ...definedMembers({ error: error.error, cause: error.cause }) }, { kind: 'failed', error });
  };

  return {
    scheduled: (args, { timeoutSeconds, heartbeatSeconds }, progress) =>
      isBare
        ? record('LambdaFunctionScheduled', { resource: resource.functionArn, ...data('input', args), ...definedMembers({ timeoutInSeconds: timeoutSeconds }) }, progress)
        : record('TaskScheduled', { ...names, region: run.engine.region, parameters: JSON.stringify(args), ...definedMembers({ timeoutInSeconds: timeoutSeconds, heartbeatInSeconds: heartbeatSeconds }) }, progress),
    started: () => record(isBare ? 'LambdaFunctionStarted' : 'TaskStarted', names),
    submitted: (reply, progress) => record('TaskSubmitted', { ...names, ...data('output', reply) }, progress),
    submitFailed: fail('TaskSubmitFailed'),
    succeeded: (result) => record(isBare ? 'LambdaFunctionSucceeded' : 'TaskSucceeded', { ...names, ...data('output', result) }, { kind: 'succeeded', result }),
    failed: fail(isBare ? 'LambdaFunctionFailed' : 'TaskFailed'),
    timedOut: fail(isBare ? 'LambdaFunctionTimedOut' : 'TaskTimedOut'),
  };
}
