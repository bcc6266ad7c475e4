import { DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { JobRef } from '../../domain/job.ts';
import type { Executions } from '../../ports.ts';

export class SfnExecutions implements Executions {
  readonly #client: SFNClient;
  readonly #machineArn: string;

  constructor(client: SFNClient, machineArn: string) {
    this.#client = client;
    this.#machineArn = machineArn;
  }

  async start({ merchantId, jobId }: JobRef): Promise<void> {
    try {
      await this.#client.send(new StartExecutionCommand({ stateMachineArn: this.#machineArn, name: jobId, input: JSON.stringify({ merchantId, jobId }) }));
    } catch (error) {
      // Only once it has ended: a repeat while it runs is answered like the first. Names stay taken for 90 days.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  /** Lags behind a start by a moment on AWS: `missing` right after one proves nothing. */
  async status({ jobId }: JobRef): Promise<'running' | 'ended' | 'missing'> {
    try {
      const { status } = await this.#client.send(new DescribeExecutionCommand({ executionArn: executionArn(this.#machineArn, jobId) }));
      return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'ended';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'missing';
      throw error;
    }
  }
}

/** `arn:aws:states:<region>:<account>:stateMachine:<name>` and an execution's name make the execution's ARN. */
function executionArn(machineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = machineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}
