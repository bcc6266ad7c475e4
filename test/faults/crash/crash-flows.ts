import { randomUUID } from 'node:crypto';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, Job } from '../../support/api-shapes.ts';
import type { World } from '../world.ts';
import type { CrashSubject } from './crash-subject.ts';

/** What an app, a person and a bank do in one run, again and again until it is answered, as each of them would. */
export interface CrashFlow {
  readonly name: string;
  /** How the jobs of it end, by status or code. */
  readonly ends: readonly string[];
  /** The most creates that one job may have accepted upstream; 1 when absent. */
  readonly creates?: number;
  /** Webhooks of its connections are lost. */
  readonly isDeaf?: boolean;
  /** What nothing is struck in; it gives the ids that the run is told by. */
  readonly prepare: (world: World, number: number) => Promise<readonly string[]>;
  /** Throws when the flow cannot be brought to its end. */
  readonly run: (world: World, ids: readonly string[], subject: CrashSubject) => Promise<void>;
}

const lookEveryMs = 1_000;
const withinMs = 240_000;

export const crashFlows: readonly CrashFlow[] = [
  {
    name: 'create a person', ends: [],
    prepare: async (_world, number) => [phoneOf(number, '4')],
    run: async ({ api }, [phoneNumber = '']) => {
      const key = randomUUID();
      await insist('the person is created', () => api.createUser({ externalId: phoneNumber, firstName: 'Jane', lastName: 'Doe', phoneNumber: `+${phoneNumber}`, email: `p${phoneNumber}@example.com` }, { idempotencyKey: key }));
    },
  },
  {
    name: 'confirm a person', ends: [],
    prepare: (world, number) => aPersonOfTheNetwork(world, number, '5550101'),
    run: async ({ api }, [userId = '']) => {
      const key = randomUUID();
      await insist('the person is confirmed', async () => {
        const { body } = await api.verifyUser(userId, '000000', { idempotencyKey: key });
        if (body.status !== 'active') throw new Error(`the person is ${body.status}`);
      });
    },
  },
  {
    name: 'have another code sent', ends: [],
    prepare: async (world, number) => {
      const ids = await aPersonOfTheNetwork(world, number, '5550102');
      // None is sent within a minute of the last one, and an app that asked all the while would be recorded.
      await sleep(61_000);
      return ids;
    },
    run: async ({ api }, [userId = '']) => {
      const key = randomUUID();
      await insist('another code is sent', () => api.resendCode(userId, { idempotencyKey: key }));
    },
  },
  {
    name: 'save a connection', ends: [],
    prepare: async (world, number) => {
      const userId = await aPerson(world, number);
      const { connectionId = '' } = await world.simulator.link({ scenario: 'default', aeroPassUserUuid: (await world.api.getUser(userId)).body.aeroPassUserUuid });
      return [userId, connectionId];
    },
    run: async ({ api }, [userId = '', connectionId = '']) => {
      const key = randomUUID();
      await insist('the connection is saved', () => api.saveConnections(userId, { connectionId }, { idempotencyKey: key }));
    },
  },
  {
    name: 'link a bank account for payments', ends: [],
    prepare: async (world, number) => {
      const { id, userId } = await aConnection(world, number, { scenario: 'default' });
      return [id, userId];
    },
    run: async ({ api }, [connectionId = '', userId = '']) => {
      const key = randomUUID();
      await insist('the bank account is linked', () => api.linkBankAccount(userId, { connectionId }, { idempotencyKey: key }));
    },
  },
  {
    name: 'check a connection that expired', ends: [],
    prepare: async (world, number) => {
      const { id } = await aConnection(world, number, { scenario: 'default' });
      await world.simulator.expire(id);
      return [id];
    },
    run: async (world, [connectionId = '']) => {
      const check = async (status: string): Promise<void> => {
        const key = randomUUID();
        await insist(`the connection is seen as ${status}`, async () => {
          const { body } = await world.api.checkConnection(connectionId, { idempotencyKey: key });
          if (body.status !== status) throw new Error(`it is ${body.status}`);
        });
      };
      await check('reconnect_required');
      await world.simulator.reconnect(connectionId);
      await check('connected');
    },
  },
  jobFlow('a job that a webhook wakes', { scenario: 'default', jobSeconds: 1 }, ['completed']),
  { ...jobFlow('a job that is polled', { scenario: 'default', jobSeconds: 1 }, ['completed']), isDeaf: true },
  { ...jobFlow('a job that upstream fails twice', { scenario: 'fails_always', jobSeconds: 0.5 }, ['UserActionRequired']), creates: 2 },
  // So slow that the app has said that the person is done before the bank goes on: which pauses there are is no matter of chance.
  {
    ...jobFlow('a job that the bank asks a question in', { scenario: 'mfa', jobSeconds: 5 }, ['completed']),
    run: answersTheBank,
  },
  { ...jobFlow('a job that the bank asks two questions in', { scenario: 'mfa_twice', jobSeconds: 9 }, ['completed']), run: answersTheBank },
  {
    ...jobFlow('two jobs on one connection, one after the other', { scenario: 'default', jobSeconds: 2 }, ['completed']),
    run: async (world, [connectionId = '']) => {
      const jobs = [await start(world, connectionId, 'balance'), await start(world, connectionId, 'identity')];
      await Promise.all(jobs.map(({ id }) => until(world, id, ({ status }) => isOver(status))));
    },
  },
  {
    ...jobFlow('a job whose execution is stopped from outside', { scenario: 'stuck' }, ['Internal']),
    run: async (world, [connectionId = '']) => {
      const { id } = await start(world, connectionId, 'balance');
      await until(world, id, ({ status }) => status === 'running' || isOver(status));
      await stopExecution(world, id);
      await until(world, id, ({ status }) => isOver(status));
    },
  },
  {
    ...jobFlow('a job whose start was lost', { scenario: 'default', jobSeconds: 1 }, ['completed']),
    run: async (world, [connectionId = ''], subject) => {
      subject.loseStarts = true;
      const { id } = await start(world, connectionId, 'balance');
      // Nobody reads it for longer than the sweep takes to find it, since a read would start it too.
      await sleep(100_000);
      await until(world, id, ({ status }) => isOver(status));
    },
  },
  {
    ...jobFlow('a job that is canceled', { scenario: 'stuck' }, ['canceled']),
    run: async (world, [connectionId = '']) => {
      const { id } = await start(world, connectionId, 'balance');
      await until(world, id, ({ status }) => status === 'running' || isOver(status));
      await post(world, `/v1/jobs/${id}/cancel`, [200]);
      await until(world, id, ({ status }) => status === 'canceled');
    },
  },
  {
    ...jobFlow('a job that goes on with what a canceled one left running', { scenario: 'default', jobSeconds: 60 }, ['canceled', 'completed']),
    run: async (world, [connectionId = '']) => {
      const { id } = await start(world, connectionId, 'balance');
      await until(world, id, ({ upstreamJobId, status }) => upstreamJobId !== null || isOver(status));
      // 409 where the crash has ended it meanwhile.
      await post(world, `/v1/jobs/${id}/cancel`, [200, 409]);
      const next = await start(world, connectionId, 'balance');
      await until(world, next.id, ({ status }) => isOver(status));
    },
  },
  {
    ...jobFlow('a job that failed is started anew', { scenario: 'fails_without_code', jobSeconds: 0.5 }, ['UserActionRequired']),
    creates: 2,
    run: async (world, [connectionId = '']) => {
      const { id } = await start(world, connectionId, 'balance');
      await until(world, id, ({ status }) => isOver(status));
      const idempotencyKey = randomUUID();
      const again = await insist('the job is started anew', async () => (await world.api.redriveJob(id, { idempotencyKey })).body);
      await until(world, again.id, ({ status }) => isOver(status));
    },
  },
  {
    ...jobFlow('a connection is removed in the middle of its job', { scenario: 'stuck' }, ['canceled']),
    run: async (world, [connectionId = '']) => {
      const { id } = await start(world, connectionId, 'balance');
      await until(world, id, ({ status }) => status === 'running' || isOver(status));
      await post(world, `/v1/connections/${connectionId}`, [204, 404], 'DELETE');
    },
  },
  {
    ...jobFlow('the person revokes the consent in the middle of a job', { scenario: 'stuck' }, ['ConnectionRevoked', 'UserActionRequired']),
    run: async (world, [connectionId = '']) => {
      const { id } = await start(world, connectionId, 'balance');
      await until(world, id, ({ upstreamJobId, status }) => upstreamJobId !== null || isOver(status));
      await world.simulator.revoke(connectionId);
      await until(world, id, ({ status }) => isOver(status));
    },
  },
];

function jobFlow(name: string, bank: { readonly scenario: string; readonly jobSeconds?: number }, ends: readonly string[]): CrashFlow {
  return {
    name, ends,
    prepare: async (world, number) => [(await aConnection(world, number, bank)).id],
    run: async (world, [connectionId = '']) => {
      const { id } = await start(world, connectionId, 'transactions');
      await until(world, id, ({ status }) => isOver(status));
    },
  };
}

/** Answers each question as it comes, and says so. */
async function answersTheBank(world: World, [connectionId = '']: readonly string[]): Promise<void> {
  const { id } = await start(world, connectionId, 'balance');
  for (let job = await untilPausedOrOver(world, id); !isOver(job.status); job = await untilPausedOrOver(world, id)) {
    await world.simulator.answer(job.upstreamJobId).catch(() => undefined);
    const key = randomUUID();
    await insist('the job is resumed', async () => {
      const { status, problem } = await world.api.send('POST', `/v1/jobs/${id}/resume`, { idempotencyKey: key });
      if (status !== 202 && problem?.code !== 'Conflict') throw new Error(`resume answered ${status}`);
    });
  }
}

function untilPausedOrOver(world: World, jobId: string): Promise<Job> {
  return until(world, jobId, ({ status }) => status === 'awaiting_mfa' || isOver(status));
}

async function aConnection(world: World, number: number, bank: { readonly scenario: string; readonly jobSeconds?: number }): Promise<Connection> {
  const userId = await aPerson(world, number);
  const { aeroPassUserUuid } = (await world.api.getUser(userId)).body;
  const { body } = await world.api.saveConnections(userId, await world.simulator.link({ ...bank, aeroPassUserUuid }));
  const [connection] = body.items;
  if (connection === undefined) throw new Error('no connection was saved');
  return connection;
}

/** Somebody whom upstream knows, and sends a code to. */
async function aPersonOfTheNetwork({ api }: World, number: number, ending: string): Promise<string[]> {
  const phoneNumber = `+1${String(200 + (number % 700))}${ending}`;
  return [(await api.createUser({ externalId: `known-${number}`, firstName: 'Jane', lastName: 'Doe', phoneNumber, email: `k${number}@example.com` })).body.id];
}

async function aPerson({ api }: World, number: number): Promise<string> {
  const phoneNumber = phoneOf(number, '3');
  return (await api.createUser({ externalId: phoneNumber, firstName: 'Jane', lastName: 'Doe', phoneNumber: `+${phoneNumber}`, email: `p${phoneNumber}@example.com` })).body.id;
}

function phoneOf(number: number, kind: string): string {
  return `1202${kind}${String(number).padStart(6, '0')}`;
}

/** Under one key, as an app does: whatever happened to the first request, the job is there once. */
async function start({ api }: World, connectionId: string, type: string): Promise<Job> {
  const idempotencyKey = randomUUID();
  return insist('the job is started', async () => (await api.startJob(connectionId, { type }, { idempotencyKey })).body);
}

async function post({ api }: World, path: string, expected: readonly number[], method = 'POST'): Promise<void> {
  const idempotencyKey = method === 'POST' ? randomUUID() : undefined;
  await insist(`${method} ${path} is answered`, async () => {
    const { status, text } = await api.send(method, path, { idempotencyKey });
    if (!expected.includes(status)) throw new Error(`${status} ${text.slice(0, 200)}`);
  });
}

async function until({ api }: World, jobId: string, is: (job: Job) => boolean): Promise<Job> {
  return insist(`the job ${jobId} gets there`, async () => {
    const { body } = await api.getJob(jobId);
    if (!is(body)) throw new Error(`it is ${body.status}`);
    return body;
  });
}

async function insist<T>(what: string, work: () => Promise<T>): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}; last ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      await sleep(lookEveryMs);
    }
  }
}

function isOver(status: string): boolean {
  return ['completed', 'failed', 'expired', 'canceled'].includes(status);
}

async function stopExecution({ endpoints }: World, jobId: string): Promise<void> {
  const client = new SFNClient({ endpoint: endpoints.sfnUrl, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  try {
    await client.send(new StopExecutionCommand({ executionArn: `${endpoints.stateMachineArn.replace(':stateMachine:', ':execution:')}:${jobId}` }));
  } finally {
    client.destroy();
  }
}
