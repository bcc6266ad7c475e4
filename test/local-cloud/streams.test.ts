import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bootLocalCloud } from '../../local/boot-local-cloud.ts';
import type { OutputLine } from '../../local/functions/function-worker.ts';
import type { Outcome } from '../../local/functions/outcome.ts';
import { deliverBatch, type DeliverySettings } from '../../local/streams/deliver-batch.ts';
import { changed } from './fixture/boot-shop.ts';
import { lambdaFunction } from './fixture/shop.ts';
import { assemblyForTest, type Fixture, type Json } from './fixture/write-assembly.ts';

const withStream = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
const keys = { AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] };

/** The shop's listener is handed the changes of a table beside it. */
function mapped(properties: Readonly<Record<string, Json>> = {}, table: Json = { Type: 'AWS::DynamoDB::Table', Properties: { ...keys, ...withStream } }): Fixture {
  return changed({
    Parcels: table,
    Changes: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: { 'Fn::GetAtt': ['Parcels', 'StreamArn'] }, FunctionName: { Ref: 'Listener' }, StartingPosition: 'TRIM_HORIZON', ...properties } },
  });
}

async function boot(fixture: Fixture) {
  const lines: OutputLine[] = [];
  const cloud = await bootLocalCloud({ assembly: assemblyForTest(fixture), onOutput: (line) => lines.push(line) });
  onTestFinished(() => cloud.close());
  const dynamodb = new DynamoDBClient({ endpoint: cloud.endpointUrl, region: 'us-east-1', credentials: cloud.adminCredentials });
  type Heard = { eventName: string; eventSourceARN: string; awsRegion: string; dynamodb: Record<string, unknown> };
  const heard = () => lines.filter(({ functionName, stream }) => functionName === 'App-Listener' && stream === 'stdout').flatMap(({ text }) => (JSON.parse(text) as { Records: Heard[] }).Records);
  const put = (id: string, more = {}) => dynamodb.send(new PutItemCommand({ TableName: 'App-Parcels', Item: { id: { S: id }, ...more } }));
  return { cloud, lines, heard, put, remove: (id: string) => dynamodb.send(new DeleteItemCommand({ TableName: 'App-Parcels', Key: { id: { S: id } } })) };
}

describe('an event source mapping', () => {
  it('hands the changes of a table to its function, in order, with the row before and after', async () => {
    const { heard, put, remove } = await boot(mapped());
    await put('p-1', { status: { S: 'new' } });
    await put('p-1', { status: { S: 'new' } }); // changes nothing
    await put('p-1', { status: { S: 'sent' } });
    await remove('p-1');
    await expect.poll(() => heard().length, { timeout: 15_000 }).toBe(3);
    expect(heard().map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(heard()[1]).toMatchObject({
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:us-east-1:000000000000:table\/App-Parcels\/stream\//) as unknown,
      dynamodb: { Keys: { id: { S: 'p-1' } }, OldImage: { id: { S: 'p-1' }, status: { S: 'new' } }, NewImage: { id: { S: 'p-1' }, status: { S: 'sent' } }, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  });

  it('hands over only what one of its filters lets through', async () => {
    const pattern = (status: Json) => ({ Pattern: JSON.stringify({ dynamodb: { NewImage: { status: { S: status } } } }) });
    const { heard, put } = await boot(mapped({ FilterCriteria: { Filters: [pattern(['sent']), pattern([{ prefix: 're' }])] } }));
    for (const status of ['new', 'sent', 'lost', 'returned']) await put(`p-${status}`, { status: { S: status } });
    await expect.poll(() => heard().map(({ dynamodb }) => (dynamodb['Keys'] as { id: { S: string } }).id.S), { timeout: 15_000 }).toEqual(['p-sent', 'p-returned']);
  });

  it('says what it gives up when its function fails to the end', async () => {
    const fixture = mapped({ MaximumRetryAttempts: 0 });
    const failing = changed({ Listener: lambdaFunction('listener', { Environment: { Variables: { FAIL: 'yes' } } }) });
    const resourcesOf = (of: Fixture) => of.stacks.find(({ name }) => name === 'App')?.template.Resources as Record<string, Json>;
    const both: Fixture = { ...fixture, stacks: fixture.stacks.map((stack) => (stack.name === 'App' ? { ...stack, template: { ...stack.template, Resources: { ...resourcesOf(fixture), Listener: resourcesOf(failing)['Listener'] ?? null } } } : stack)) };
    const { lines, put } = await boot(both);
    await put('p-1');
    await expect.poll(() => lines.filter(({ stream }) => stream === 'stderr').map(({ text }) => text), { timeout: 15_000 }).toContain('1 of the changes of App-Parcels were given up: RetryAttemptsExhausted');
  });

  it.each<[string, Fixture, RegExp]>([
    ['a batching window', mapped({ MaximumBatchingWindowInSeconds: 5 }), /Changes .*MaximumBatchingWindowInSeconds/],
    ['a property that is not known', mapped({ TumblingWindowInSeconds: 5 }), /Changes .*TumblingWindowInSeconds/],
    ['a matcher of a filter that is not known', mapped({ FilterCriteria: { Filters: [{ Pattern: '{"eventName":[{"anything-but":"REMOVE"}]}' }] } }), /FilterCriteria\.Filters\.0\.Pattern\.eventName \(anything-but\) is not implemented/],
    ['a table without a stream', mapped({}, { Type: 'AWS::DynamoDB::Table', Properties: keys }), /asks for the attribute StreamArn of Parcels/],
    ['a source that is no stream of the assembly', mapped({ EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:queue' }), /no stream of a table/],
    ['a function that is none of the assembly', mapped({ FunctionName: 'stranger' }), /stranger, which is no function/],
  ])('with %s stops the boot by name', async (_what, fixture, message) => {
    await expect(bootLocalCloud({ assembly: assemblyForTest(fixture) })).rejects.toThrow(message);
  });
});

describe('a batch', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`);
  /** Delivers records 1 to 8 to a function that a test plays, on a clock that jumps over every wait. */
  async function deliver(mapping: Partial<DeliverySettings['mapping']>, answer: (batch: string[], call: number) => Outcome, closing = () => false) {
    const calls: string[][] = [];
    const waits: number[] = [];
    const givenUp: string[] = [];
    let now = 0;
    await deliverBatch(
      {
        mapping: { reportsFailures: true, bisects: false, retries: 3, maxAgeMs: Infinity, ...mapping },
        invoke: async (event) => {
          const batch = (JSON.parse(event) as { Records: string[] }).Records;
          calls.push(batch);
          return answer(batch, calls.length);
        },
        now: () => now,
        pause: async (ms) => {
          waits.push(ms);
          now += ms;
        },
        closing,
        giveUp: (records, reason) => givenUp.push(`${records} ${reason}`),
      },
      names(8).map((name) => ({ sequenceNumber: name, readAt: 0, record: name })),
    );
    return { calls: calls.map((batch) => batch.join('')), waits, givenUp };
  }
  const ok = (value: unknown = null): Outcome => ({ ok: true, payload: JSON.stringify(value) });
  const error: Outcome = { ok: false, fault: 'function', errorType: 'Error', errorMessage: '' };
  const failedAt = (...numbers: string[]) => ok({ batchItemFailures: numbers.map((itemIdentifier) => ({ itemIdentifier })) });

  it.each([ok(), ok({}), ok({ batchItemFailures: [] }), ok({ batchItemFailures: null })])('is done when no failure is named: %j', async (outcome) => {
    expect(await deliver({}, () => outcome)).toEqual({ calls: ['12345678'], waits: [], givenUp: [] });
  });

  it('goes on from the earliest record that is named', async () => {
    expect(await deliver({}, (_batch, call) => (call === 1 ? failedAt('6', '3') : ok()))).toEqual({ calls: ['12345678', '345678'], waits: [1_000], givenUp: [] });
  });

  it.each([ok({ batchItemFailures: [{ itemIdentifier: '' }] }), ok({ batchItemFailures: [{ id: '3' }] }), ok('text'), failedAt('99')])('is sent again as a whole when the answer makes no sense: %j', async (outcome) => {
    expect((await deliver({}, (_batch, call) => (call === 1 ? outcome : ok()))).calls).toEqual(['12345678', '12345678']);
  });

  it('is taken as a whole by a function that reports nothing', async () => {
    expect((await deliver({ reportsFailures: false }, () => failedAt('3'))).calls).toEqual(['12345678']);
  });

  it('is given up after its retries, which come ever more slowly', async () => {
    expect(await deliver({ retries: 8 }, () => failedAt('7'))).toEqual({ calls: ['12345678', ...Array<string>(8).fill('78')], waits: [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000], givenUp: ['2 RetryAttemptsExhausted'] });
  });

  it('is halved until a record that fails the function stands alone, and only that one is given up', async () => {
    const { calls, givenUp } = await deliver({ bisects: true, retries: 1 }, (batch) => (batch.includes('3') ? error : ok()));
    expect(calls).toEqual(['12345678', '1234', '12', '34', '3', '3', '4', '5678']);
    expect(givenUp).toEqual(['1 RetryAttemptsExhausted']);
  });

  it('is given up when it is too old', async () => {
    expect(await deliver({ retries: Infinity, maxAgeMs: 5_000 }, () => error)).toEqual({ calls: Array<string>(3).fill('12345678'), waits: [1_000, 2_000, 4_000], givenUp: ['8 RecordAgeExceeded'] });
  });

  it('does not count it as a retry that its function was throttled', async () => {
    const throttled: Outcome = { ok: false, fault: 'throttled', errorType: 'TooManyRequestsException', errorMessage: '' };
    expect(await deliver({ retries: 0 }, (_batch, call) => (call < 4 ? throttled : ok()))).toMatchObject({ calls: Array<string>(4).fill('12345678'), givenUp: [] });
  });
});
