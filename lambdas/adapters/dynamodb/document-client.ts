import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { patient, type Backoff } from './backoff.ts';
import { retryConflicts } from './retry-conflicts.ts';

/**
 * The one client of all repositories: one call has at most 3 s, and 4 attempts of the SDK's own for what the network loses.
 * @param config for tests and tools; a deployed function passes none and is configured by its environment
 */
export function documentClient(config: DynamoDBClientConfig = {}, backoff: Backoff = patient): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
    ...config,
  });
  retryConflicts(client, backoff);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
