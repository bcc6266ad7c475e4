import { describe, expect, it } from 'vitest';
import { dynamoDbErrorName } from '../../local/states/update-item.ts';
import { awaitToken, details, machine, roleArn, setup } from './harness.ts';

const update = (Arguments: unknown, rest: Record<string, unknown> = {}) => ({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem', Arguments, ...rest, End: true });

describe('aws-sdk:dynamodb:updateItem', () => {
  it("sends the API's spelling of every type, as the state machine's role", async () => {
    const t = setup();

    const execution = await t.run(
      machine({
        Write: update({
          TableName: 'jobs',
          Key: { pk: { S: '{% $states.input.id %}' } },
          UpdateExpression: 'SET #a = :text',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#a': 'a' },
          ExpressionAttributeValues: {
            ':text': { S: 'x' },
            ':number': { N: '{% $string(1.5) %}' },
            ':flag': { Bool: true },
            ':none': { Nul: true },
            ':list': { L: [{ S: 'a' }, { M: { inner: { Bool: false } } }] },
            ':map': { M: { at: { N: '1' } } },
            ':texts': { Ss: ['a', 'b'] },
            ':numbers': { Ns: ['1', '2'] },
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      }),
      { id: 'job-1' },
    );

    expect(execution.status).toBe('SUCCEEDED');
    expect(t.awsCalls).toEqual([
      {
        service: 'dynamodb',
        operation: 'UpdateItem',
        roleArn,
        input: {
          TableName: 'jobs',
          Key: { pk: { S: 'job-1' } },
          UpdateExpression: 'SET #a = :text',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#a': 'a' },
          ExpressionAttributeValues: {
            ':text': { S: 'x' },
            ':number': { N: '1.5' },
            ':flag': { BOOL: true },
            ':none': { NULL: true },
            ':list': { L: [{ S: 'a' }, { M: { inner: { BOOL: false } } }] },
            ':map': { M: { at: { N: '1' } } },
            ':texts': { SS: ['a', 'b'] },
            ':numbers': { NS: ['1', '2'] },
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]);
  });

  it("hands the reply to the state machine in the integration's spelling", async () => {
    const t = setup({ aws: () => ({ ok: true, output: { Attributes: { done: { BOOL: true }, list: { L: [{ NULL: true }] }, map: { M: { tags: { SS: ['a'] } } }, n: { N: '1' } } } }) });

    const execution = await t.run(machine({ Write: update({ TableName: 'jobs', Key: { pk: { S: '1' } } }, { Output: '{% $states.result.Attributes %}' }) }));

    expect(execution.result).toEqual({ done: { Bool: true }, list: { L: [{ Nul: true }] }, map: { M: { tags: { Ss: ['a'] } } }, n: { N: '1' } });
  });

  it.each([
    ['a number that is no string', { N: 5 }, 'ExpressionAttributeValues/:v/N: must be a string, not number'],
    ['BOOL', { BOOL: true }, "ExpressionAttributeValues/:v: 'BOOL' is the API's spelling; the AWS SDK integration spells it 'Bool'"],
    ['a bare text', 'x', 'ExpressionAttributeValues/:v: must be an attribute value such as {"S": "text"}, not string'],
    ['two types at once', { S: 'x', N: '1' }, 'ExpressionAttributeValues/:v: an attribute value has exactly one type'],
  ])('that gets %s only at run time fails past every Catch, before a call is made', async (_what, value, problem) => {
    const t = setup();

    const execution = await t.run(
      machine({
        Write: {
          ...update({ TableName: 'jobs', Key: { pk: { S: '1' } }, ExpressionAttributeValues: { ':v': '{% $states.input.value %}' } }),
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }],
        },
        After: { Type: 'Succeed' },
      }),
      { value },
    );

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(execution.cause).toContain(`[${problem}]`);
    expect(t.awsCalls).toEqual([]);
  });

  it('fails with the exception under the name and in the words of AWS', async () => {
    const t = setup({ aws: () => ({ ok: false, errorName: 'ConditionalCheckFailedException', message: 'The conditional request failed' }) });

    const execution = await t.run(machine({ Write: update({ TableName: 'jobs', Key: { pk: { S: '1' } } }) }));

    expect(execution).toMatchObject({
      error: 'DynamoDb.ConditionalCheckFailedException',
      cause: 'The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: id-2)',
    });
    expect(details(execution.events, 'TaskFailed')).toMatchObject({ resourceType: 'aws-sdk:dynamodb', resource: 'updateItem', error: 'DynamoDb.ConditionalCheckFailedException' });
  });

  it('in a token wait records a refused call as TaskSubmitFailed, and Catch takes it', async () => {
    const t = setup({ aws: () => ({ ok: false, errorName: 'TransactionConflictException', message: 'Transaction is ongoing for the item' }) });

    const execution = await t.run(
      machine({
        Wait: awaitToken({ TimeoutSeconds: 60, Catch: [{ ErrorEquals: ['DynamoDb.TransactionConflictException'], Next: 'Look' }], End: true }),
        Look: { Type: 'Succeed', Output: 'looked' },
      }),
    );

    expect(execution.result).toBe('looked');
    expect(execution.events.map((event) => event.type)).toContain('TaskSubmitFailed');
    expect(execution.events.map((event) => event.type)).not.toContain('TaskSubmitted');
  });

  it.each([
    ['ConditionalCheckFailedException', 'DynamoDb.ConditionalCheckFailedException'],
    ['TransactionConflictException', 'DynamoDb.TransactionConflictException'],
    ['ResourceNotFoundException', 'DynamoDb.ResourceNotFoundException'],
    ['RequestLimitExceeded', 'DynamoDb.RequestLimitExceededException'],
    ['InternalServerError', 'DynamoDb.InternalServerErrorException'],
    ['ValidationException', 'DynamoDb.DynamoDbException'],
    ['AccessDeniedException', 'DynamoDb.DynamoDbException'],
  ])('%s becomes %s', (exception, name) => {
    expect(dynamoDbErrorName(exception)).toBe(name);
  });
});
