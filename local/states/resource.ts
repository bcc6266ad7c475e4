/** What a Task state's `Resource` asks for. */
export type Resource =
  | { readonly kind: 'lambda-function'; readonly functionArn: string }
  | { readonly kind: 'lambda-invoke' }
  | { readonly kind: 'dynamodb-update-item'; readonly waitForTaskToken: boolean };

/** The ARN of a Lambda function, with or without a version or alias. */
export const functionArnPattern = /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9$_-]+)?$/u;
const sdkUpdateItem = 'arn:aws:states:::aws-sdk:dynamodb:updateItem';

/** Reads a `Resource`; a string is the reason why it is refused. */
export function parseResource(resource: string): Resource | string {
  if (functionArnPattern.test(resource)) return { kind: 'lambda-function', functionArn: resource };
  if (resource === 'arn:aws:states:::lambda:invoke') return { kind: 'lambda-invoke' };
  if (resource === sdkUpdateItem) return { kind: 'dynamodb-update-item', waitForTaskToken: false };
  if (resource === `${sdkUpdateItem}.waitForTaskToken`) return { kind: 'dynamodb-update-item', waitForTaskToken: true };
  // The table of service integrations gives DynamoDB's optimised integration "Request Response" only.
  if (/^arn:aws:states:::dynamodb:\w+\.waitForTaskToken$/u.test(resource)) {
    return `the optimised DynamoDB integration takes no '.waitForTaskToken', so '${resource}' is none; use ${sdkUpdateItem}.waitForTaskToken`;
  }
  return `the local Step Functions has no such resource as '${resource}'; it has lambda:invoke, a Lambda function ARN, and aws-sdk:dynamodb:updateItem with or without .waitForTaskToken`;
}

/** The two names under which a service integration stands in the history. */
export function resourceNames(resource: Exclude<Resource, { kind: 'lambda-function' }>): { resourceType: string; resource: string } {
  if (resource.kind === 'lambda-invoke') return { resourceType: 'lambda', resource: 'invoke' };
  return { resourceType: 'aws-sdk:dynamodb', resource: resource.waitForTaskToken ? 'updateItem.waitForTaskToken' : 'updateItem' };
}
