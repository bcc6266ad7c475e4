import { awaitTask, type TaskLimits } from './await-task.ts';
import { checkPayload, payloadLimitBytes, tooLarge } from './data-limit.ts';
import type { TaskState } from './definition-schema.ts';
import type { Run } from './engine.ts';
import { evaluateSeconds, evaluationError, fieldEvaluator, type EvaluateField } from './evaluate-field.ts';
import { jsonBytes, type Json } from './json.ts';
import type { Visit } from './records.ts';
import { resourceCall } from './resource-call.ts';
import { parseResource } from './resource.ts';
import { StatesError } from './states-error.ts';
import { taskEvents } from './task-events.ts';

/** Runs a Task once and returns its result. Throws the `StatesError` that Retry and Catch are asked about. */
export async function attemptTask(run: Run, visit: Visit, state: TaskState): Promise<Json> {
  const resource = parseResource(state.Resource);
  if (typeof resource === 'string') throw new Error(`a definition with this resource should have been refused: ${resource}`);
  const token = resource.kind === 'dynamodb-update-item' && resource.waitForTaskToken ? run.engine.tokens.mint() : undefined;

  const evaluate = fieldEvaluator(run, visit, token === undefined ? {} : { taskToken: token });
  const args = state.Arguments === undefined ? visit.input : await evaluate('Arguments', state.Arguments);
  checkPayload(args, visit.state);
  const limits = await evaluateLimits(evaluate, visit, state);
  const call = resourceCall(run, visit, resource, args);
  const events = taskEvents(run, resource);

  events.scheduled(args, limits);
  events.started();
  const outcome = await awaitTask(run, call, limits, events, token);
  if (!outcome.ok) {
    events.failed(outcome);
    throw new StatesError(outcome);
  }
  if (jsonBytes(outcome.output) > payloadLimitBytes) {
    const error = tooLarge(call.name, false);
    events.failed(error.details);
    throw error;
  }
  events.succeeded(outcome.output);
  return outcome.output;
}

async function evaluateLimits(evaluate: EvaluateField, visit: Visit, state: TaskState): Promise<TaskLimits> {
  const limit = async (field: 'TimeoutSeconds' | 'HeartbeatSeconds') => {
    const template = state[field];
    return template === undefined ? undefined : evaluateSeconds(evaluate, visit, field, template, 1);
  };
  const limits = { timeoutSeconds: await limit('TimeoutSeconds'), heartbeatSeconds: await limit('HeartbeatSeconds') };
  if (limits.heartbeatSeconds !== undefined && limits.heartbeatSeconds >= (limits.timeoutSeconds ?? Infinity)) {
    throw evaluationError(visit, 'HeartbeatSeconds', "The value of 'HeartbeatSeconds' must be smaller than that of 'TimeoutSeconds'.");
  }
  return limits;
}
