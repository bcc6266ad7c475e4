import type { EngineClient } from '../dynamodb/engine-client.ts';
import type { Intercept } from '../endpoint/intercept.ts';
import type { Functions } from '../functions/functions.ts';
import type { Outcome } from '../functions/outcome.ts';
import type { Authorize } from '../iam/authorize.ts';
import type { Identities } from '../iam/identities.ts';
import type { AwsOutcome, LambdaOutcome } from '../states/states.ts';

export interface OutsideSettings {
  readonly functions: Functions;
  readonly dynamodb: EngineClient;
  readonly identities: Identities;
  readonly authorize: Authorize;
  readonly intercept: Intercept;
}

/** What state machines call, under their role and through the same decision as everybody else. */
export function createOutside({ functions, dynamodb, identities, authorize, intercept }: OutsideSettings) {
  return {
    invokeLambda: async ({ functionArn, payload, roleArn }: { functionArn: string; payload: unknown; roleArn: string }): Promise<LambdaOutcome> => {
      const decision = authorize({ identity: identities.ofRole(roleArn), service: 'lambda', operation: 'InvokeFunction', request: () => ({ FunctionName: functionArn }) });
      if (!decision.allowed) return { ok: false, errorType: 'Lambda.AccessDeniedException', errorMessage: decision.message };
      return lambdaOutcome(await functions.invoke(functionArn, JSON.stringify(payload)));
    },
    callAws: async ({ service, operation, input, roleArn }: { service: 'dynamodb'; operation: string; input: unknown; roleArn: string }): Promise<AwsOutcome> => {
      const call = { identity: identities.ofRole(roleArn), service, operation, request: () => input };
      const decision = authorize(call);
      if (!decision.allowed) return { ok: false, errorName: 'AccessDeniedException', message: decision.message };
      const interception = await intercept({ ...call, worker: undefined, event: undefined });
      if (interception.kind === 'refuse') return { ok: false, errorName: interception.errorName, message: interception.message };
      // There is no process that could be killed: a call that gets no reply is all that Step Functions notices.
      const noReply: AwsOutcome = { ok: false, errorName: 'SdkClientException', message: 'Unable to execute HTTP request: the connection was cut' };
      if (interception.kind === 'kill' && interception.when === 'before') return noReply;
      try {
        const reply = await dynamodb.call(operation, input);
        if (interception.kind !== 'pass') return noReply;
        return reply.ok ? reply : { ok: false, errorName: reply.error, message: reply.message };
      } catch {
        return { ok: false, errorName: 'InternalServerError', message: 'The DynamoDB engine does not answer.' };
      }
    },
  };
}

/** Errors of Lambda itself carry its name; one without an error type of its own, as out of memory, becomes `Lambda.Unknown`. */
function lambdaOutcome(outcome: Outcome): LambdaOutcome {
  if (outcome.ok) {
    const payload: unknown = JSON.parse(outcome.payload);
    return { ok: true, payload };
  }
  const { fault, errorType, errorMessage, trace } = outcome;
  switch (fault) {
    case 'throttled':
    case 'tooLarge':
      return { ok: false, errorType: `Lambda.${errorType}`, errorMessage };
    case 'memory':
      return { ok: false, errorType: 'Lambda.Unknown', errorMessage: `The cause could not be determined because Lambda did not return an error type. Returned payload: ${JSON.stringify({ errorMessage })}` };
    case 'function':
    case 'timeout':
      return { ok: false, errorType, errorMessage, ...(trace !== undefined && { trace }) };
  }
}
