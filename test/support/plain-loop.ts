import { readFileSync } from 'node:fs';
import { countTransitions } from '../../local/states/count-transitions.ts';
import { createStates } from '../../local/states/states.ts';
import { VirtualClock } from '../../local/states/virtual-clock.ts';
import { FakeUpstreamJobs, type Course } from './fake-upstream-jobs.ts';

type Work = (input: { readonly jobId?: string }) => Promise<unknown>;

/** Upstream's words for a job's state (docs-integration-flow.txt, "Polling Pattern & Webhook"). */
const jobStatus = { processing: 'IN_PROGRESS', mfa_required: 'MFA_REQUIRED', completed: 'COMPLETED', failed: 'FAILED' } as const;

/**
 * Runs one job through the documents' own loop, on the same runner and against the same upstream as our definition.
 * @returns how its execution ended, the transitions that AWS would bill, and every call upstream
 */
export async function runPlainLoop(course: Course): Promise<{ status: string; transitions: number; calls: readonly string[] }> {
  const clock = new VirtualClock();
  const upstream = new FakeUpstreamJobs(clock);
  upstream.courses = [course];
  const functions: Record<string, Work> = {
    create: async () => ({ jobId: (await upstream.create('mer_1', 'connection', 'balance', null)).upstreamJobId }),
    poll: async ({ jobId = '' }) => ({ jobStatus: jobStatus[(await upstream.readState('mer_1', 'connection', jobId)).state] }),
    fetch: async ({ jobId = '' }) => upstream.readData('mer_1', 'connection', jobId, 'balance'),
  };
  const states = createStates({
    clock, region: 'us-east-1', accountId: '000000000000',
    invokeLambda: async ({ functionArn, payload }) => ({ ok: true, payload: await functions[functionArn.split(':').at(-1) ?? '']?.(payload as { jobId?: string }) }),
    callAws: () => Promise.reject(new Error('the plain loop writes nothing')),
    onStatusChange: () => undefined,
  });
  const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
  const definition = readFileSync('test/statemachine/plain-loop.asl.json', 'utf8')
    .replace('${CreateJobArn}', arnOf('create'))
    .replace('${PollJobArn}', arnOf('poll'))
    .replace('${FetchDataArn}', arnOf('fetch'));
  const { stateMachineArn } = states.createStateMachine({ name: 'PlainLoop', roleArn: 'arn:aws:iam::000000000000:role/machine', definition });
  const { executionArn } = (await states.handle('StartExecution', { stateMachineArn, input: '{}' })) as { executionArn: string };
  const described = async () => ((await states.handle('DescribeExecution', { executionArn })) as { status: string }).status;
  do await states.idle();
  while ((await described()) === 'RUNNING' && clock.advanceToNext());
  const { events } = (await states.handle('GetExecutionHistory', { executionArn, maxResults: 1000 })) as { events: Parameters<typeof countTransitions>[0] };
  const status = await described();
  states.close();
  return { status, transitions: countTransitions(events), calls: upstream.calls };
}
