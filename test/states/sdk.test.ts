import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  TaskTimedOut,
  ValidationException,
} from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { countTransitions } from '../../local/states/count-transitions.ts';
import { awaitToken, machine, setup } from './harness.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The unmodified client of the AWS SDK, in front of a server that only unpacks and packs. */
async function client() {
  const t = setup();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      t.states.handle(operation, JSON.parse(Buffer.concat(chunks).toString('utf8'))).then(
        (output) => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(output)),
        (error: unknown) => {
          const { name, message } = error as Error;
          response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ __type: name, message }));
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sfn = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  closing.push(() => {
    sfn.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { ...t, sfn };
}

const waiting = machine({ Wait: awaitToken({ TimeoutSeconds: 60, HeartbeatSeconds: 30, End: true }) });

describe('the AWS SDK', () => {
  it('starts, sees, answers and reads back an execution', async () => {
    const t = await client();
    const stateMachineArn = t.create(waiting, 'jobs');

    const started = await t.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'job-1', input: '{"id":1}' }));
    expect(started.startDate).toEqual(new Date('2026-01-01T00:00:00Z'));
    await t.states.idle();
    t.clock.advance(1250);
    await t.sfn.send(new SendTaskHeartbeatCommand({ taskToken: t.token() }));
    await t.sfn.send(new SendTaskSuccessCommand({ taskToken: t.token(), output: '{"by":"webhook"}' }));
    await t.states.idle();

    const { executionArn = '' } = started;
    const described = await t.sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'SUCCEEDED', name: 'job-1', input: '{"id":1}', output: '{"by":"webhook"}', stopDate: new Date('2026-01-01T00:00:01.250Z') });
    const history = await t.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(history.events?.map((event) => event.type)).toEqual([
      'ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded',
    ]);
    expect(history.events?.[2]).toMatchObject({ timestamp: new Date('2026-01-01T00:00:00Z'), taskScheduledEventDetails: { resourceType: 'aws-sdk:dynamodb', timeoutInSeconds: 60, heartbeatInSeconds: 30 } });
    expect(countTransitions(history.events ?? [])).toBe(2);
  });

  it('fails and stops executions, and lists them over pages', async () => {
    const t = await client();
    const stateMachineArn = t.create(waiting, 'jobs');
    const executionArns: string[] = [];
    for (let n = 1; n <= 3; n += 1) executionArns.push((await t.sfn.send(new StartExecutionCommand({ stateMachineArn, name: `job-${n}` }))).executionArn ?? '');
    await t.states.idle();
    await t.sfn.send(new SendTaskFailureCommand({ taskToken: t.token(), error: 'UpstreamJobFailed', cause: 'the bank is down' }));
    const stopped = await t.sfn.send(new StopExecutionCommand({ executionArn: executionArns[0], error: 'Canceled' }));
    await t.states.idle();

    expect(stopped.stopDate).toEqual(new Date('2026-01-01T00:00:00Z'));
    const listed: string[] = [];
    for await (const page of paginateListExecutions({ client: t.sfn, pageSize: 2 }, { stateMachineArn })) listed.push(...(page.executions ?? []).map((execution) => `${String(execution.name)} ${String(execution.status)}`));
    expect(listed).toEqual(['job-3 FAILED', 'job-2 RUNNING', 'job-1 ABORTED']);
    expect(await t.sfn.send(new DescribeExecutionCommand({ executionArn: executionArns[2] }))).toMatchObject({ error: 'UpstreamJobFailed', cause: 'the bank is down' });
  });

  it('reads a history over pages', async () => {
    const t = await client();
    const { executionArn } = await t.run(machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', End: true } }));

    const ids: (number | undefined)[] = [];
    for await (const page of paginateGetExecutionHistory({ client: t.sfn, pageSize: 4 }, { executionArn, reverseOrder: true })) ids.push(...(page.events ?? []).map((event) => event.id));

    expect(ids).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('reads the definition of a state machine', async () => {
    const t = await client();

    const described = await t.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: t.create(waiting, 'jobs') }));

    expect(described).toMatchObject({ definition: waiting, creationDate: new Date('2026-01-01T00:00:00Z'), loggingConfiguration: { includeExecutionData: false } });
  });

  it('throws its own exception classes', async () => {
    const t = await client();
    const stateMachineArn = t.create(waiting, 'jobs');
    await t.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'job-1' }));
    await t.states.idle();
    const taskToken = t.token();
    const execution = (name: string) => stateMachineArn.replace('stateMachine', 'execution') + `:${name}`;

    await expect(t.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'job-1', input: '1' }))).rejects.toThrow(ExecutionAlreadyExists);
    await expect(t.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'job 1' }))).rejects.toThrow(InvalidName);
    await expect(t.sfn.send(new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}s` }))).rejects.toThrow(StateMachineDoesNotExist);
    await expect(t.sfn.send(new StartExecutionCommand({ stateMachineArn: 'jobs' }))).rejects.toThrow(InvalidArn);
    await expect(t.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'x'.repeat(81) }))).rejects.toThrow(ValidationException);
    await expect(t.sfn.send(new DescribeExecutionCommand({ executionArn: execution('none') }))).rejects.toThrow(ExecutionDoesNotExist);
    await expect(t.sfn.send(new SendTaskSuccessCommand({ taskToken: 'nonsense', output: '1' }))).rejects.toThrow(InvalidToken);
    await expect(t.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{' }))).rejects.toThrow(InvalidOutput);
    await t.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '1' }));
    await expect(t.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))).rejects.toThrow(TaskTimedOut);
  });
});
