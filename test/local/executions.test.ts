import { beforeAll, describe, expect, it } from 'vitest';
import { countTransitions } from '../../local/states/count-transitions.ts';
import type { Job } from '../support/api-shapes.ts';
import { testEnvironment, type TestEnvironment } from './environment.ts';
import { readExecutions, stateData, statesOf, type ExecutionRecord } from './executions.ts';
import { asMerchant, merchants, type Merchant } from './merchants.ts';
import { aConnection } from './people.ts';
import { until } from './until.ts';

const environment = testEnvironment();

interface Told {
  readonly job: Job;
  readonly execution: ExecutionRecord;
  /** How often upstream was asked for the job's state. */
  readonly polls: number;
  /** How often upstream was asked for anything on the connection since the job was started. */
  readonly calls: number;
}

/** Runs one job to its end and reads what the machine did. */
async function run({ api, simulator, ...rest }: TestEnvironment, scenario: { scenario: string; jobSeconds: number }, type = 'balance'): Promise<Told> {
  const { id } = await aConnection(api, simulator, scenario);
  const before = await simulator.callsWith(id);
  const { body: started } = await api.startJob(id, { type });
  let job = await api.follow(started.id);
  if (job.status === 'awaiting_mfa') {
    await simulator.answer(job.upstreamJobId);
    job = await until('the job ends', async () => (await api.getJob(started.id, { waitSeconds: 1 })).body, ({ status }) => status === 'completed');
  }
  const [execution] = await until('the execution ends', () => readExecutions(rest, [started.id]), ([one]) => one?.status !== 'RUNNING');
  if (execution === undefined) throw new Error(`there is no execution ${job.id}`);
  return { job, execution, polls: await simulator.callsWith(`${id}/job/`), calls: (await simulator.callsWith(id)) - before };
}

/**
 * At first none of a merchant's webhooks arrives, and then all do. Each job takes so long that its webhook finds the execution waiting also
 * on a busy machine: one that comes earlier costs a poll instead.
 */
async function runAll(merchant: Merchant) {
  const its = asMerchant(environment, merchant)();
  await its.simulator.webhooks({ mode: 'drop' });
  const [doubting3, doubting10] = await Promise.all([run(its, { scenario: 'default', jobSeconds: 3 }), run(its, { scenario: 'slow', jobSeconds: 10 }, 'identity')]);
  await its.simulator.webhooks({ mode: 'deliver' });
  await run(its, { scenario: 'default', jobSeconds: 0.1 });
  const [trusting3, trusting10, asked, failed] = await Promise.all([
    run(its, { scenario: 'default', jobSeconds: 3 }),
    run(its, { scenario: 'slow', jobSeconds: 10 }, 'transactions'),
    run(its, { scenario: 'mfa', jobSeconds: 3 }, 'identity'),
    run(its, { scenario: 'fails_always', jobSeconds: 2 }),
  ]);
  return { doubting3, doubting10, trusting3, trusting10, asked, failed };
}

let toldOf: Readonly<Record<string, Awaited<ReturnType<typeof runAll>>>>;
beforeAll(async () => {
  toldOf = Object.fromEntries(await Promise.all(merchants.map(async (merchant) => [merchant.name, await runAll(merchant)] as const)));
}, 120_000);

describe.each(merchants)('for a merchant on Aeropay $aeropay', ({ name: merchantName }) => {
  const told = () => {
    const its = toldOf[merchantName];
    if (its === undefined) throw new Error(`nothing was told of merchant ${merchantName}`);
    return its;
  };

  describe('the execution of a job', () => {
    it('is named after the job, and its history shows the states by name', () => {
      expect(told().trusting3.execution).toMatchObject({ name: told().trusting3.job.id, status: 'SUCCEEDED' });
      expect(statesOf(told().trusting3.execution)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'FetchResult']);
      expect(statesOf(told().doubting3.execution)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PollUpstreamJob', 'FetchResult']);
      expect(statesOf(told().asked.execution)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'PauseForMfa', 'FetchResult']);
      expect(told().failed.execution).toMatchObject({ status: 'FAILED', error: 'UserActionRequired' });
      expect(statesOf(told().failed.execution)).toEqual(['CreateUpstreamJob', 'AwaitSignal', 'RetryOnce', 'CreateUpstreamJob', 'AwaitSignal', 'RetryOnce', 'RecordFailure', 'Failed']);
    });

    it('holds ids, counters and waits, and nothing else', () => {
      const numbers = ['n', 'polls', 'retries', 'turn', 'turnSpent', 'mfaSpent'];
      const allowed = new Set(['merchantId', 'jobId', 'waits', 'failure', ...numbers]);
      for (const { execution, job } of Object.values(told())) {
        const everything = stateData(execution);
        expect(everything.length).toBeGreaterThan(5);
        expect(JSON.parse(execution.input ?? '')).toEqual({ merchantId: expect.stringMatching(/^mer_[0-9a-f]{32}$/) as string, jobId: job.id });
        for (const { where, data } of everything) {
          expect({ where, unexpected: Object.keys(data).filter((key) => !allowed.has(key)) }).toEqual({ where, unexpected: [] });
          expect(data).toMatchObject({ merchantId: expect.stringMatching(/^mer_[0-9a-f]{32}$/) as string, jobId: job.id });
          for (const key of numbers) if (key in data) expect(data[key], `${key} ${where}`).toEqual(expect.any(Number));
          if ('waits' in data) expect(data['waits']).toSatisfy((waits: unknown) => Array.isArray(waits) && waits.every((wait) => typeof wait === 'number'));
          if ('failure' in data) expect(data['failure']).toMatch(/^[A-Za-z.]+$/);
        }
      }
    });

    it.each([
      ['trusting3', 'takes 3 s and tells it by webhook', 4],
      ['trusting10', 'takes 10 s and tells it by webhook', 4],
      ['doubting3', 'takes 3 s and never sent a webhook', 5],
      ['doubting10', 'takes 10 s and never sent a webhook', 9],
      ['asked', 'asks the person once and tells the end by webhook', 5],
    ] as const)('%s: where upstream %s, costs %i transitions', (name, _what, transitions) => {
      expect(countTransitions(told()[name].execution.events)).toBe(transitions);
      expect(told()[name].job).toMatchObject({ status: 'completed', attempts: 1 });
    });
  });

  describe('upstream', () => {
    it('is asked twice for a job that a webhook wakes, to create it and for its data, and never for its state', () => {
      for (const { polls, calls } of [told().trusting3, told().trusting10, told().asked]) expect({ polls, calls }).toEqual({ polls: 0, calls: 2 });
    });

    it('is polled for a job whose webhooks are all lost, which completes', () => {
      expect(told().doubting3).toMatchObject({ polls: 1, calls: 3, job: { status: 'completed', error: null } });
      expect(told().doubting10).toMatchObject({ polls: 3, calls: 5, job: { status: 'completed', error: null } });
    });
  });
});
