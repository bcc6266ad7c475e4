import {
  DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, InvalidToken, SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient, SFNServiceException,
  StartExecutionCommand, TaskDoesNotExist, TaskTimedOut, type ExecutionStatus,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { SfnExecutions } from '../../lambdas/adapters/stepfunctions/sfn-executions.ts';
import { SfnTaskTokens } from '../../lambdas/adapters/stepfunctions/sfn-task-tokens.ts';

const client = new SFNClient({ region: 'us-east-1' });
const sfn = mockClient(client);
beforeEach(() => sfn.reset());

const machineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:AggregationJob';
const ref = { merchantId: 'mer_a1', jobId: 'job_1' };
const failure = { $metadata: {}, message: 'no' };
const unavailable = new SFNServiceException({ name: 'ServiceUnavailable', $fault: 'server', ...failure });

describe('executions', () => {
  const executions = new SfnExecutions(client, machineArn);

  it('are named after the job and get its ids, nothing else', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    await executions.start(ref);
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({ stateMachineArn: machineArn, name: 'job_1', input: '{"merchantId":"mer_a1","jobId":"job_1"}' });
  });

  it('are started again without harm', async () => {
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(failure));
    await expect(executions.start(ref)).resolves.toBeUndefined();
  });

  it('that could not be started are an error', async () => {
    sfn.on(StartExecutionCommand).rejects(unavailable);
    await expect(executions.start(ref)).rejects.toThrow();
  });

  it.each<[ExecutionStatus, string]>([
    ['RUNNING', 'running'],
    ['PENDING_REDRIVE', 'running'],
    ['SUCCEEDED', 'ended'],
    ['FAILED', 'ended'],
    ['TIMED_OUT', 'ended'],
    ['ABORTED', 'ended'],
  ])('in status %s are %s', async (status, expected) => {
    sfn.on(DescribeExecutionCommand, { executionArn: 'arn:aws:states:us-east-1:123456789012:execution:AggregationJob:job_1' }).resolves({ status });
    await expect(executions.status(ref)).resolves.toBe(expected);
  });

  it('that nobody started are missing, and an error of the service is not taken for that', async () => {
    sfn.on(DescribeExecutionCommand).rejectsOnce(new ExecutionDoesNotExist(failure)).rejects(unavailable);
    await expect(executions.status(ref)).resolves.toBe('missing');
    await expect(executions.status(ref)).rejects.toThrow();
  });
});

describe('task tokens', () => {
  const tokens = new SfnTaskTokens(client);
  const sends = [
    ['a success', SendTaskSuccessCommand, () => tokens.succeed('token-1')],
    ['a way out', SendTaskFailureCommand, () => tokens.exit('token-1', 'MfaRequired')],
  ] as const;

  it('end a wait well without output', async () => {
    sfn.on(SendTaskSuccessCommand).resolves({});
    await tokens.succeed('token-1');
    expect(sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({ taskToken: 'token-1', output: '{}' });
  });

  it('end a wait by the name that the machine catches', async () => {
    sfn.on(SendTaskFailureCommand).resolves({});
    await tokens.exit('token-1', 'MfaRequired');
    expect(sfn.commandCalls(SendTaskFailureCommand)[0]?.args[0].input).toMatchObject({ taskToken: 'token-1', error: 'MfaRequired' });
  });

  describe.each(sends)('%s', (_, command, send) => {
    it.each([new TaskTimedOut(failure), new TaskDoesNotExist(failure)])('for a wait that is over counts as done: $name', async (error) => {
      sfn.on(command as typeof SendTaskSuccessCommand).rejects(error);
      await expect(send()).resolves.toBeUndefined();
    });

    it('with a malformed token is a fault of ours that does not show the token', async () => {
      sfn.on(command as typeof SendTaskSuccessCommand).rejects(new InvalidToken({ $metadata: {}, message: "Invalid token: 'token-1'" }));
      const error: unknown = await send().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'Internal', cause: undefined });
      expect(String(error)).not.toContain('token-1');
    });

    it('that the service could not take is an error', async () => {
      sfn.on(command as typeof SendTaskSuccessCommand).rejects(unavailable);
      await expect(send()).rejects.toThrow();
    });
  });
});
