import { isJsonObject, jsonType, type Json, type JsonObject } from './json.ts';

/** AWS SDK integrations spell attribute values as the Java SDK does, the DynamoDB API as its JSON protocol does. */
const spelledByApi: Readonly<Record<string, string>> = {
  S: 'S',
  N: 'N',
  Bool: 'BOOL',
  Nul: 'NULL',
  L: 'L',
  M: 'M',
  Ss: 'SS',
  Ns: 'NS',
};
const spelledBySdk: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(spelledByApi).map(([sdk, api]) => [api, sdk]));

/** The parameters of UpdateItem, without those that DynamoDB itself calls legacy. */
const parameters: Readonly<Record<string, 'text' | 'names' | 'values'>> = {
  TableName: 'text',
  Key: 'values',
  UpdateExpression: 'text',
  ConditionExpression: 'text',
  ExpressionAttributeNames: 'names',
  ExpressionAttributeValues: 'values',
  ReturnValues: 'text',
  ReturnValuesOnConditionCheckFailure: 'text',
  ReturnConsumedCapacity: 'text',
  ReturnItemCollectionMetrics: 'text',
};

const tableName = /^(arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/)?[A-Za-z0-9_.-]{3,255}$/u;

/** What is wrong with an argument, and where, as a path such as `ExpressionAttributeValues/:seq/N`. */
export interface ArgumentProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * Translates the arguments of `aws-sdk:dynamodb:updateItem` into the request of the DynamoDB API.
 * @param isOpen says which values are expressions still to be evaluated; nothing is asked of those
 * @returns the request, and everything that AWS would refuse
 */
export function updateItemRequest(args: Json, isOpen: (value: Json) => boolean = () => false): { request: JsonObject; problems: ArgumentProblem[] } {
  const problems: ArgumentProblem[] = [];
  const refuse = (path: string, message: string): null => {
    problems.push({ path, message });
    return null;
  };

  const scalar = (value: Json, type: 'string' | 'boolean', path: string): Json =>
    typeof value === type ? value : refuse(path, `must be a ${type}, not ${jsonType(value)}`);

  const list = (value: Json, path: string, item: (value: Json, path: string) => Json): Json =>
    Array.isArray(value) ? value.map((entry, index) => item(entry, `${path}[${index}]`)) : refuse(path, `must be an array, not ${jsonType(value)}`);

  const map = (value: Json, path: string, item: (value: Json, path: string) => Json): Json =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, isOpen(entry) ? entry : item(entry, `${path}/${name}`)]))
      : refuse(path, `must be an object, not ${jsonType(value)}`);

  const content = (kind: string, value: Json, path: string): Json => {
    if (isOpen(value)) return value;
    if (kind === 'S' || kind === 'N') return scalar(value, 'string', path);
    if (kind === 'Bool') return scalar(value, 'boolean', path);
    if (kind === 'Nul') return value === true ? true : refuse(path, 'must be true');
    if (kind === 'L') return list(value, path, attributeValue);
    if (kind === 'M') return map(value, path, attributeValue);
    return list(value, path, (entry, at) => (isOpen(entry) ? entry : scalar(entry, 'string', at)));
  };

  const attributeValue = (value: Json, path: string): Json => {
    if (isOpen(value)) return value;
    if (!isJsonObject(value)) return refuse(path, `must be an attribute value such as {"S": "text"}, not ${jsonType(value)}`);
    const [kind, ...others] = Object.keys(value);
    if (kind === undefined || others.length > 0) return refuse(path, 'an attribute value has exactly one type');
    const spelled = spelledByApi[kind];
    const inner = value[kind];
    if (spelled === undefined || inner === undefined) return refuse(path, refusalOfKind(kind));
    return { [spelled]: content(kind, inner, `${path}/${kind}`) };
  };

  const request: JsonObject = {};
  if (!isJsonObject(args)) {
    refuse('', `the arguments must be an object, not ${jsonType(args)}`);
    return { request, problems };
  }
  const { TableName: table } = args;
  if (typeof table === 'string' && !isOpen(table) && !tableName.test(table)) refuse('TableName', 'must be the name or the ARN of a table');
  for (const required of ['TableName', 'Key']) {
    if (!(required in args)) refuse(required, 'is required');
  }
  for (const [name, value] of Object.entries(args)) {
    const kind = parameters[name];
    if (kind === undefined) refuse(name, 'is no parameter of updateItem that the local Step Functions passes on; parameters are in PascalCase');
    else if (isOpen(value)) request[name] = value;
    else if (kind === 'text') request[name] = scalar(value, 'string', name);
    else request[name] = map(value, name, kind === 'values' ? attributeValue : (entry, path) => scalar(entry, 'string', path));
  }
  return { request, problems };
}

function refusalOfKind(kind: string): string {
  const meant = spelledBySdk[kind];
  if (meant !== undefined) return `'${kind}' is the API's spelling; the AWS SDK integration spells it '${meant}'`;
  // How the integration turns a JSON string into bytes is not documented, so none is passed on.
  if (kind === 'B' || kind === 'Bs') return `'${kind}' (binary) is not implemented by the local Step Functions`;
  return `'${kind}' is no attribute type; use S, N, Bool, Nul, L, M, Ss or Ns`;
}

/** The reply of UpdateItem as a state machine sees it: attribute values in the SDK's spelling. */
export function updateItemResult(reply: Json): Json {
  if (!isJsonObject(reply)) return reply;
  const { Attributes: attributes } = reply;
  return isJsonObject(attributes) ? { ...reply, Attributes: mapValues(attributes, spellForMachine) } : reply;
}

function spellForMachine(value: Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([kind, inner]) => {
      if (kind === 'L' && Array.isArray(inner)) return ['L', inner.map(spellForMachine)];
      if (kind === 'M' && isJsonObject(inner)) return ['M', mapValues(inner, spellForMachine)];
      return [spelledBySdk[kind] ?? kind, inner];
    }),
  );
}

function mapValues(object: JsonObject, change: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

/** The exceptions that DynamoDB's model gives UpdateItem; the Java SDK has a class for these and one for the rest. */
const modelled = new Set([
  'ConditionalCheckFailedException',
  'InternalServerError',
  'ItemCollectionSizeLimitExceededException',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
  'SdkClientException',
  'ThrottlingException',
  'TransactionConflictException',
]);

/**
 * The Error Name of a failed call. Recorded on AWS: `DynamoDb.ResourceNotFoundException`, and `DynamoDb.DynamoDbException`
 * for an exception outside the model, such as a validation or access error. Every name ends in `Exception`.
 */
export function dynamoDbErrorName(exception: string): string {
  if (!modelled.has(exception)) return 'DynamoDb.DynamoDbException';
  return `DynamoDb.${exception.endsWith('Exception') ? exception : `${exception}Exception`}`;
}
