import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { patient, type Backoff } from './backoff.ts';
import { retryConflicts } from './retry-conflicts.ts';

/**
 * The SDK stops repeating when many repeats in a row went unanswered, so that a service in trouble is left alone. It takes only a success
 * for an answer; here the repeat of a write whose reply was lost is refused by the condition that its first try made false.
 */
class RefusalsAreAnswers extends StandardRetryStrategy {
  override refreshRetryTokenForRetry(...[token, failure]: Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>) {
    if (failure.errorType === 'CLIENT_ERROR') this.recordSuccess(token);
    return super.refreshRetryTokenForRetry(token, failure);
  }
}

/**
 * The one client of all repositories: one call has at most 3 s, and 4 attempts of the SDK's own for what the network loses.
 * @param config for tests and tools; a deployed function passes none and is configured by its environment
 */
export function documentClient(config: DynamoDBClientConfig = {}, backoff: Backoff = patient): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    retryStrategy: new RefusalsAreAnswers(4),
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
    ...config,
  });
  retryConflicts(client, backoff);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
