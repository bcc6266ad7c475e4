import type { Run } from './engine.ts';
import { definedMembers, type Json, type JsonObject } from './json.ts';
import { recordEvent } from './record-event.ts';
import { resourceNames, type Resource } from './resource.ts';

interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** Records what happens to one attempt of a Task. */
export interface TaskEvents {
  scheduled(args: Json, limits: { timeoutSeconds?: number | undefined; heartbeatSeconds?: number | undefined }): void;
  started(): void;
  /** Only for token waits: the call went through, its answer is still to come. */
  submitted(reply: Json): void;
  /** Only for token waits: the call itself failed. */
  submitFailed(failure: Failure): void;
  succeeded(result: Json): void;
  failed(failure: Failure): void;
  timedOut(failure: Failure): void;
}

/** A bare function ARN keeps the old `LambdaFunction…` events; everything else has `Task…` events that name the integration. */
export function taskEvents(run: Run, resource: Resource): TaskEvents {
  const data = (member: 'input' | 'output', value: Json): JsonObject => ({ [member]: JSON.stringify(value), [`${member}Details`]: { truncated: false } });
  const failure = ({ error, cause }: Failure) => definedMembers({ error, cause });

  if (resource.kind === 'lambda-function') {
    return {
      scheduled: (args, { timeoutSeconds }) =>
        void recordEvent(run, 'LambdaFunctionScheduled', { resource: resource.functionArn, ...data('input', args), ...definedMembers({ timeoutInSeconds: timeoutSeconds }) }),
      started: () => void recordEvent(run, 'LambdaFunctionStarted'),
      submitted: () => undefined,
      submitFailed: () => undefined,
      succeeded: (result) => void recordEvent(run, 'LambdaFunctionSucceeded', data('output', result)),
      failed: (details) => void recordEvent(run, 'LambdaFunctionFailed', failure(details)),
      timedOut: (details) => void recordEvent(run, 'LambdaFunctionTimedOut', failure(details)),
    };
  }

  const names = resourceNames(resource);
  return {
    scheduled: (args, { timeoutSeconds, heartbeatSeconds }) =>
      void recordEvent(run, 'TaskScheduled', {
        ...names,
        region: run.engine.region,
        parameters: JSON.stringify(args),
        ...definedMembers({ timeoutInSeconds: timeoutSeconds, heartbeatInSeconds: heartbeatSeconds }),
      }),
    started: () => void recordEvent(run, 'TaskStarted', names),
    submitted: (reply) => void recordEvent(run, 'TaskSubmitted', { ...names, ...data('output', reply) }),
    submitFailed: (details) => void recordEvent(run, 'TaskSubmitFailed', { ...names, ...failure(details) }),
    succeeded: (result) => void recordEvent(run, 'TaskSucceeded', { ...names, ...data('output', result) }),
    failed: (details) => void recordEvent(run, 'TaskFailed', { ...names, ...failure(details) }),
    timedOut: (details) => void recordEvent(run, 'TaskTimedOut', { ...names, ...failure(details) }),
  };
}
