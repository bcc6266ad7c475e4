import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { DynamoConnectionRemovals } from '../../lambdas/adapters/dynamodb/connection-removals.ts';
import { DynamoConnectionRepository } from '../../lambdas/adapters/dynamodb/connection-repository.ts';
import { DynamoJobCompletion } from '../../lambdas/adapters/dynamodb/job-completion.ts';
import { DynamoJobProgress } from '../../lambdas/adapters/dynamodb/job-progress.ts';
import { DynamoJobRepository } from '../../lambdas/adapters/dynamodb/job-repository.ts';
import { DynamoJobSignals } from '../../lambdas/adapters/dynamodb/job-signals.ts';
import { DynamoLongPolls } from '../../lambdas/adapters/dynamodb/long-polls.ts';
import { DynamoResultRepository } from '../../lambdas/adapters/dynamodb/result-repository.ts';
import { DynamoUpstreamOrphans } from '../../lambdas/adapters/dynamodb/upstream-orphans.ts';
import { DynamoWebhookTrust } from '../../lambdas/adapters/dynamodb/webhook-trust.ts';
import type { Connection } from '../../lambdas/domain/connection.ts';
import type { Job, JobRef } from '../../lambdas/domain/job.ts';
import type { JobSignal } from '../../lambdas/ports.ts';
import { createUpstreamJobTask } from '../../lambdas/tasks/create-upstream-job.ts';
import { fetchResultTask } from '../../lambdas/tasks/fetch-result.ts';
import { pollUpstreamJobTask } from '../../lambdas/tasks/poll-upstream-job.ts';
import { recordFailureTask } from '../../lambdas/tasks/record-failure.ts';
import { closeDeadExecutions } from '../../lambdas/events/close-dead-executions.ts';
import { applyDelivery } from '../../lambdas/usecases/apply-delivery.ts';
import { cancelJob } from '../../lambdas/usecases/cancel-job.ts';
import { removeConnection } from '../../lambdas/usecases/remove-connection.ts';
import { resumeJob } from '../../lambdas/usecases/resume-job.ts';
import { startJob, type StartJobRequest } from '../../lambdas/usecases/start-job.ts';
import { sweep } from '../../lambdas/usecases/sweep.ts';
import { countTransitions } from '../../local/states/count-transitions.ts';
import type { Json } from '../../local/states/json.ts';
import { createStates, type LambdaOutcome } from '../../local/states/states.ts';
import { VirtualClock } from '../../local/states/virtual-clock.ts';
import type { TestDynamodb } from './dynamodb.ts';
import { FakeUpstreamJobs } from './fake-upstream-jobs.ts';

interface HistoryEvent {
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name: string; readonly input?: string };
  readonly taskFailedEventDetails?: { readonly error: string };
  readonly taskSucceededEventDetails?: { readonly output: string };
}

export interface JobMachineOptions {
  /** Whether signed deliveries have arrived for the merchant before. */
  readonly trusted?: boolean;
  /** For the jitter of retries. */
  readonly random?: () => number;
  /** In place of the engine's own. */
  readonly client?: DynamoDBDocumentClient;
}

/**
 * The real definition, the real tasks, the real repositories on the embedded engine; upstream is a fake and time is virtual.
 * Every machine has a merchant of its own, so that tests share nothing.
 */
export async function createJobMachine(dynamodb: TestDynamodb, options: JobMachineOptions = {}) {
  const clock = new VirtualClock(Date.parse('2026-03-01T12:00:00Z'));
  const now = { now: () => new Date(clock.now()) };
  const { tables } = dynamodb;
  const { client = dynamodb.client } = options;
  const merchantId = `mer_${randomBytes(8).toString('hex')}`;
  const upstream = new FakeUpstreamJobs(clock);
  const counted: string[] = [];
  let lastConnectionId = '';
  let statusChangesLost = false;
  const closing = new Set<Promise<unknown>>();
  /** Errors of DynamoDB that the next writes of a token wait meet. */
  const waitFaults: string[] = [];
  /** Called before a token wait is written, with the name of its state. */
  const hooks: { beforeWait: (state: string) => Promise<void> } = { beforeWait: async () => undefined };
  /** What becomes of the next invocations of functions: never made, or made and its answer lost. */
  const invocationFaults: (undefined | 'not made' | 'answer lost')[] = [];

  const handlers: Record<string, (event: unknown, context: Context) => Promise<unknown>> = {};
  let invocations = 0;
  const states = createStates({
    clock, region: 'us-east-1', accountId: '000000000000', ...(options.random && { random: options.random }),
    async invokeLambda({ functionArn, payload }) {
      const handler = handlers[functionArn.split(':').at(-1) ?? ''];
      if (handler === undefined) throw new Error(`no function ${functionArn}`);
      const fault = invocationFaults.shift();
      if (fault === 'not made') return lostInvocation;
      const outcome = await invoke(handler, payload, { awsRequestId: `invocation-${++invocations}`, functionName: functionArn } as Context);
      return fault === 'answer lost' ? lostInvocation : outcome;
    },
    async callAws({ input }) {
      const request = input as UpdateItemCommandInput;
      await hooks.beforeWait(request.ExpressionAttributeValues?.[':state']?.S ?? '');
      const fault = waitFaults.shift();
      if (fault !== undefined) return { ok: false, errorName: fault, message: 'injected' };
      try {
        await client.send(new UpdateItemCommand(request));
        return { ok: true, output: {} };
      } catch (error) {
        const { name, message } = error as Error;
        return { ok: false, errorName: name, message };
      }
    },
    onStatusChange(detail) {
      if (statusChangesLost || !['FAILED', 'TIMED_OUT', 'ABORTED'].includes(detail.status)) return;
      const closed = closeDeadExecutions(() => deps)({ detail }, { awsRequestId: 'event', functionName: 'close-dead-executions' } as Context);
      closing.add(closed);
      void closed.finally(() => closing.delete(closed));
    },
  });

  const definition = readFileSync('statemachines/aggregation-job.asl.json', 'utf8').replaceAll('${JobsTableName}', tables.jobs);
  const { stateMachineArn } = states.createStateMachine({ name: 'AggregationJob', roleArn: 'arn:aws:iam::000000000000:role/machine', definition: withFunctions(definition) });
  const executionArn = (jobId: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${jobId}`;
  const send = async (operation: string, input: object) => {
    await states.handle(operation, input).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'TaskTimedOut') throw error;
    });
  };

  const deps = {
    merchantId,
    clock: now,
    sleep: (milliseconds: number) => new Promise<void>((resolve) => void clock.setTimer(milliseconds, resolve)),
    connections: new DynamoConnectionRepository(tables.connections, client),
    jobs: new DynamoJobRepository(tables, client),
    progress: new DynamoJobProgress(tables.jobs, client),
    completion: new DynamoJobCompletion(tables, client),
    removals: new DynamoConnectionRemovals(tables, client),
    longPolls: new DynamoLongPolls(tables.access, client),
    orphans: new DynamoUpstreamOrphans(tables.jobs, client),
    signals: new DynamoJobSignals(tables.jobs, client),
    results: new DynamoResultRepository(tables.results, client),
    trust: new DynamoWebhookTrust(tables.access, client),
    upstream,
    resultDays: 7,
    counters: { count: (name: string) => void counted.push(name) },
    ids: { job: () => `job_${randomBytes(16).toString('hex')}` },
    accounts: { read: () => Promise.reject(new Error('the fake upstream reads no accounts')) },
    tokens: {
      succeed: (taskToken: string) => send('SendTaskSuccess', { taskToken, output: '{}' }),
      exit: (taskToken: string, signal: string) => send('SendTaskFailure', { taskToken, error: signal, cause: 'test' }),
    },
    executions: {
      start: async (ref: JobRef) => {
        await states.handle('StartExecution', { stateMachineArn, name: ref.jobId, input: JSON.stringify(ref) });
      },
      status: async (ref: JobRef) => {
        const found = await states.handle('DescribeExecution', { executionArn: executionArn(ref.jobId) }).catch(() => undefined);
        if (found === undefined) return 'missing' as const;
        return (found as { status: string }).status === 'RUNNING' ? ('running' as const) : ('ended' as const);
      },
    },
  };
  handlers['create'] = createUpstreamJobTask(() => deps);
  handlers['poll'] = pollUpstreamJobTask(() => deps);
  handlers['fetch'] = fetchResultTask(() => deps);
  handlers['record'] = recordFailureTask(() => deps);
  const deliver = (signal: JobSignal) => applyDelivery(deps, { about: 'job', ...signal });
  upstream.deliver = deliver;
  if (options.trusted === true) await deps.trust.set(merchantId, true, now.now());

  /** Waits until nothing moves but the clock. */
  async function quiet(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await states.idle();
      await upstream.quiet();
      await Promise.all(closing);
    }
  }

  const history = async (jobId: string): Promise<HistoryEvent[]> => {
    const { events } = (await states.handle('GetExecutionHistory', { executionArn: executionArn(jobId), maxResults: 1000 })) as { events: HistoryEvent[] };
    return events;
  };

  return {
    deps, clock, upstream, waitFaults, invocationFaults, hooks, states, merchantId, counted, stateMachineArn, executionArn, quiet, history,
    deliver,
    deliverRevocation: (connectionId: string, offsetMs = 0) => {
      const sentAt = new Date(clock.now() + offsetMs);
      return applyDelivery(deps, { about: 'revocation', merchantId, digest: `revocation ${connectionId} ${sentAt.toISOString()}`, connectionId, sentAt });
    },
    /** One that is about no job; without a time where upstream gave none that can be read. */
    deliverOther: (digest: string, sentAt: Date | undefined) => applyDelivery(deps, { about: 'nothing', merchantId, digest, sentAt }),
    /** EventBridge is best effort. */
    loseStatusChanges: () => {
      statusChangesLost = true;
    },
    /** The connection of the newest job. */
    lastConnectionId: () => lastConnectionId,
    async connect(id = randomBytes(16).toString('hex')): Promise<string> {
      await deps.connections.save(aConnection({ merchantId, id, createdAt: now.now().toISOString(), checkedAt: now.now().toISOString() }));
      return id;
    },
    async start(request: Partial<StartJobRequest> = {}): Promise<Job> {
      const connectionId = request.connectionId ?? (await this.connect());
      lastConnectionId = connectionId;
      return (await startJob(deps, { merchantId, type: 'balance', ...request, connectionId })).job;
    },
    job: async (jobId: string): Promise<Job> => {
      const job = await deps.jobs.find({ merchantId, jobId });
      if (job === undefined) throw new Error('the job is gone');
      return job;
    },
    cancel: (jobId: string) => cancelJob(deps, { merchantId, jobId }),
    removeConnection: (connectionId: string) => removeConnection(deps, { merchantId, connectionId }),
    resume: (jobId: string) => resumeJob(deps, { merchantId, jobId }),
    sweep: (tell?: Parameters<typeof sweep>[1]) => sweep(deps, tell),
    /** Moves the clock from timer to timer until the test's condition holds, or nothing is left to wait for. */
    async runUntil(isDone: () => Promise<boolean>): Promise<void> {
      for (let step = 0; step < 500; step++) {
        await quiet();
        if (await isDone()) return;
        if (!clock.advanceToNext()) return;
      }
      throw new Error('the condition did not come true within 500 steps');
    },
    async runToEnd(jobId: string): Promise<Job> {
      await this.runUntil(async () => (await deps.executions.status({ merchantId, jobId })) === 'ended');
      await quiet();
      return this.job(jobId);
    },
    async runToStatus(jobId: string, status: Job['status']): Promise<Job> {
      await this.runUntil(async () => (await this.job(jobId)).status === status);
      return this.job(jobId);
    },
    entered: async (jobId: string): Promise<string[]> => (await history(jobId)).flatMap((event) => event.stateEnteredEventDetails?.name ?? []),
    transitions: async (jobId: string): Promise<number> => countTransitions((await history(jobId)) as Parameters<typeof countTransitions>[0]),
    close: () => states.close(),
  };
}

const lostInvocation: LambdaOutcome = { ok: false, errorType: 'Lambda.Unknown', errorMessage: 'injected', trace: [] };

async function invoke(handler: (event: unknown, context: Context) => Promise<unknown>, payload: unknown, context: Context): Promise<LambdaOutcome> {
  try {
    return { ok: true, payload: ((await handler(payload, context)) ?? null) as Json };
  } catch (error) {
    const { name, message } = error as Error;
    return { ok: false, errorType: name, errorMessage: message, trace: [] };
  }
}

export type JobMachine = Awaited<ReturnType<typeof createJobMachine>>;

function withFunctions(definition: string): string {
  return definition
    .replaceAll('${CreateUpstreamJobArn}', 'arn:aws:lambda:us-east-1:000000000000:function:create')
    .replaceAll('${PollUpstreamJobArn}', 'arn:aws:lambda:us-east-1:000000000000:function:poll')
    .replaceAll('${FetchResultArn}', 'arn:aws:lambda:us-east-1:000000000000:function:fetch')
    .replaceAll('${RecordFailureArn}', 'arn:aws:lambda:us-east-1:000000000000:function:record');
}

export function aConnection(over: Partial<Connection> = {}): Connection {
  return {
    merchantId: 'mer_1', id: '68c13bc0855a4f85853f6aafaa43e461', generation: 'generation', userId: 'usr_1', status: 'connected', upstreamStatus: 'CONNECTED',
    institution: { name: 'Chase', uuid: null }, account: { nickname: 'Checking', type: 'checking', display: '2901', numberType: 'Tokenized' },
    canFetchBalance: true, expiresAt: null, createdAt: '2026-03-01T12:00:00.000Z', checkedAt: '2026-03-01T12:00:00.000Z', ...over,
  };
}
