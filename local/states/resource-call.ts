import type { LambdaOutcome, Run } from './engine.ts';
import { invokeArguments } from './invoke-arguments.ts';
import { throughJson, type Json } from './json.ts';
import type { Visit } from './records.ts';
import { resourceNames, type Resource } from './resource.ts';
import { StatesError } from './states-error.ts';
import type { TaskOutcome } from './task-outcome.ts';
import { dynamoDbErrorName, updateItemRequest, updateItemResult, type ArgumentProblem } from './update-item.ts';

/** A task that is ready to be started. */
export interface ResourceCall {
  /** What a result that is too large is blamed on. */
  readonly name: string;
  start(): Promise<TaskOutcome>;
}

/**
 * Prepares the call that a Task makes.
 * Throws `States.Runtime`, which nothing catches, when AWS could not start the task with these arguments.
 */
export function resourceCall(run: Run, visit: Visit, resource: Resource, args: Json): ResourceCall {
  const { engine, machine } = run;
  const { roleArn } = machine;

  if (resource.kind === 'lambda-function') {
    const call = { functionArn: resource.functionArn, payload: structuredClone(args), roleArn };
    return { name: resource.functionArn, start: async () => lambdaOutcome(await engine.outside.invokeLambda(call), (payload) => payload) };
  }

  const name = resourceNames(resource).resourceType;
  if (resource.kind === 'lambda-invoke') {
    const { functionName, payload, problems } = invokeArguments(args);
    refuse(visit, problems);
    const functionArn = functionName.startsWith('arn:') ? functionName : `arn:aws:lambda:${engine.region}:${engine.accountId}:function:${functionName}`;
    const call = { functionArn, payload: structuredClone(payload), roleArn };
    return { name, start: async () => lambdaOutcome(await engine.outside.invokeLambda(call), (Payload) => ({ ExecutedVersion: '$LATEST', Payload, StatusCode: 200 })) };
  }

  const { request, problems } = updateItemRequest(args);
  refuse(visit, problems);
  return {
    name,
    async start() {
      const outcome = await engine.outside.callAws({ service: 'dynamodb', operation: 'UpdateItem', input: request, roleArn });
      if (outcome.ok) return { ok: true, output: updateItemResult(throughJson(outcome.output)) };
      const cause = `${outcome.message} (Service: DynamoDb, Status Code: 400, Request ID: ${engine.newId()})`;
      return { ok: false, error: dynamoDbErrorName(outcome.errorName), cause };
    },
  };
}

function refuse(visit: Visit, problems: readonly ArgumentProblem[]): void {
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join(', ');
  throw new StatesError({
    error: 'States.Runtime',
    cause: `An error occurred while executing the state '${visit.state}' (entered at the event id #${visit.enteredEventId}). The Arguments could not be used to start the Task: [${list}]`,
    terminal: true,
  });
}

/** A function's own error is a JSON text, as Lambda answers it; an error of the Lambda service (`Lambda.…`) is a sentence. */
function lambdaOutcome(outcome: LambdaOutcome, wrap: (payload: Json) => Json): TaskOutcome {
  if (outcome.ok) return { ok: true, output: wrap(throughJson(outcome.payload)) };
  const { errorMessage, errorType, trace } = outcome;
  return { ok: false, error: errorType, cause: errorType.startsWith('Lambda.') ? errorMessage : JSON.stringify({ errorMessage, errorType, trace }) };
}
