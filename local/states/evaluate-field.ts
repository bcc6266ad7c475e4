import { longestSeconds } from './definition-schema.ts';
import type { Run } from './engine.ts';
import { definedMembers, jsonType, parseJson, type Json, type JsonObject } from './json.ts';
import { QueryFailure } from './query.ts';
import type { Visit } from './records.ts';
import { StatesError } from './states-error.ts';
import { expressionSource, fillTemplate } from './template.ts';

/** What `$states` holds beside the input, where a field may see it. */
export interface StatesMembers {
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly taskToken?: string;
}

/** Evaluates a field of the state that is being visited. Throws `States.QueryEvaluationError`. */
export type EvaluateField = (location: string, template: Json) => Promise<Json>;

/** Variables are those from before the state, since its own Assign takes effect only when it is left. */
export function fieldEvaluator(run: Run, visit: Visit, members: StatesMembers = {}): EvaluateField {
  const bindings: JsonObject = {
    ...run.execution.variables,
    states: definedMembers({
      input: visit.input,
      context: contextObject(run, visit, members.taskToken),
      result: members.result,
      errorOutput: members.errorOutput,
    }),
  };
  return (field, template) =>
    fillTemplate(template, field, async (source, location) => {
      try {
        return await run.engine.query.evaluate(source, bindings);
      } catch (error) {
        if (error instanceof QueryFailure) throw evaluationError(visit, location, `${expressionAt(source, location)} ${error.message}`);
        throw error;
      }
    });
}

/** @param sentence what is wrong, as AWS would go on after naming the state */
export function evaluationError(visit: Visit, location: string, sentence: string): StatesError {
  return new StatesError({
    error: 'States.QueryEvaluationError',
    cause: `An error occurred while executing the state '${visit.state}' (entered at the event id #${visit.enteredEventId}). ${sentence}`,
    location,
  });
}

/** For a field whose value has the wrong type. */
export function typeError(visit: Visit, location: string, template: Json, value: Json, expected: string): StatesError {
  const found = `returned an unexpected result type. Expected '${expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`;
  return evaluationError(visit, location, `${expressionAt(expressionSource(template) ?? '', location)} ${found}`);
}

/** Evaluates a field that must be a whole number of seconds. */
export async function evaluateSeconds(evaluate: EvaluateField, visit: Visit, field: string, template: number | string, least: number): Promise<number> {
  const value = await evaluate(field, template);
  if (typeof value !== 'number') throw typeError(visit, field, template, value, 'number');
  if (Number.isInteger(value) && value >= least && value <= longestSeconds) return value;
  const found = `returned a value that is out of range: ${value}. It must be an integer from ${least} to ${longestSeconds}.`;
  throw evaluationError(visit, field, `${expressionAt(expressionSource(template) ?? '', field)} ${found}`);
}

function expressionAt(source: string, location: string): string {
  return `The JSONata expression '${source}' specified for the field '${location}'`;
}

function contextObject({ execution, machine, definition }: Run, visit: Visit, taskToken: string | undefined): JsonObject {
  const isTask = definition.States[visit.state]?.Type === 'Task';
  const retryCount = visit.retriesUsed.reduce((sum, used) => sum + used, 0);
  return {
    Execution: {
      Id: execution.executionArn,
      Input: parseJson(execution.input),
      Name: execution.name,
      RoleArn: machine.roleArn,
      StartTime: new Date(execution.startedAt).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: machine.stateMachineArn, Name: machine.name },
    State: { Name: visit.state, EnteredTime: new Date(visit.enteredAt).toISOString(), ...(isTask && { RetryCount: retryCount }) },
    ...(taskToken !== undefined && { Task: { Token: taskToken } }),
  };
}
