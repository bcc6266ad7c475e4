import { awaitTask, type ScheduledTask } from './await-task.ts';
import { checkPayload, payloadLimitBytes, tooLarge } from './data-limit.ts';
import type { TaskState } from './definition-schema.ts';
import type { Run } from './engine.ts';
import { evaluateSeconds, evaluationError, fieldEvaluator, type EvaluateField } from './evaluate-field.ts';
import { jsonBytes, type Json } from './json.ts';
import type { TokenWait, Visit } from './records.ts';
import { resourceCall } from './resource-call.ts';
import { parseResource, type Resource } from './resource.ts';
import { StatesError } from './states-error.ts';
import { taskEvents, type TaskEvents } from './task-events.ts';

/**
 * Runs a Task once, or what is left of it after a restart, and returns its result. A token that was open is open again; a call that had no
 * reply when the process ended is scheduled again. Throws the `StatesError` that Retry and Catch are asked about.
 */
export async function attemptTask(run: Run, visit: Visit, state: TaskState): Promise<Json> {
  const { progress } = visit;
  if (progress.kind === 'succeeded') return progress.result;
  const resource = parseResource(state.Resource);
  if (typeof resource === 'string') throw new Error(`a definition with this resource should have been refused: ${resource}`);
  const events = taskEvents(run, resource);
  const task = progress.kind === 'token' ? takeUp(run, visit, resource, progress) : await schedule(run, visit, state, resource, events);
  if (run.execution.history.at(-1)?.type.endsWith('Scheduled') === true) events.started();

  const outcome = await awaitTask(run, visit, task, events);
  if (!outcome.ok) {
    events.failed(outcome);
    throw new StatesError(outcome);
  }
  if (jsonBytes(outcome.output) > payloadLimitBytes) {
    const error = tooLarge(task.call.name, false);
    events.failed(error.details);
    throw error;
  }
  events.succeeded(outcome.output);
  return outcome.output;
}

/** From here on the task exists: its token, if it has one, can be answered, and its time runs. */
async function schedule(run: Run, visit: Visit, state: TaskState, resource: Resource, events: TaskEvents): Promise<ScheduledTask> {
  const { clock, tokens } = run.engine;
  const token = resource.kind === 'dynamodb-update-item' && resource.waitForTaskToken ? tokens.mint() : undefined;
  const evaluate = fieldEvaluator(run, visit, token === undefined ? {} : { taskToken: token });
  const args = state.Arguments === undefined ? visit.input : await evaluate('Arguments', state.Arguments);
  checkPayload(args, visit.state);
  const limits = await evaluateLimits(evaluate, visit, state);
  const call = resourceCall(run, visit, resource, args);
  const scheduledAt = clock.now();
  events.scheduled(args, limits, token === undefined ? { kind: 'attempting' } : { kind: 'token', token, args, limits, scheduledAt, heardAt: scheduledAt, submitted: false });
  return { call, limits, scheduledAt };
}

function takeUp(run: Run, visit: Visit, resource: Resource, { args, limits, scheduledAt }: TokenWait): ScheduledTask {
  return { call: resourceCall(run, visit, resource, args), limits, scheduledAt };
}

async function evaluateLimits(evaluate: EvaluateField, visit: Visit, state: TaskState): Promise<TokenWait['limits']> {
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
