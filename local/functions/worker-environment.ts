import type { Identity } from '../iam/identities.ts';
import type { FunctionDefinition } from './function-properties.ts';

/** Services that answer at the local cloud's endpoint, in the spelling of the SDK's variables. */
const imitated = ['DYNAMODB', 'SFN', 'SECRETS_MANAGER'];

/** Everything a function finds in `process.env`: what it declares and what Lambda sets, and nothing of ours. */
export function workerEnvironment(definition: FunctionDefinition, identity: Identity, endpointUrl: string): Record<string, string> {
  return {
    ...definition.variables,
    _HANDLER: definition.handler,
    AWS_ACCESS_KEY_ID: identity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
    AWS_DEFAULT_REGION: definition.region,
    AWS_REGION: definition.region,
    // Every service, so that a call to one that is not imitated is refused here and never leaves the machine.
    AWS_ENDPOINT_URL: endpointUrl,
    ...Object.fromEntries(imitated.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpointUrl])),
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: definition.taskRoot,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}
