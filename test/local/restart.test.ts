import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../local/states/clock.ts';
import { createStates } from '../../local/states/states.ts';
import type { Job } from '../support/api-shapes.ts';
import { readExecutions, statesOf } from './executions.ts';
import { aConnection, aUser } from './people.ts';
import { startProcess, type StartedProcess } from './start-process.ts';
import { until } from './until.ts';

const over = ['completed', 'failed', 'expired', 'canceled'];
let running: StartedProcess | undefined;
afterEach(() => running?.kill());

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'restart-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(folder: string): Promise<StartedProcess> {
  running = await startProcess(folder, ['--data', path.join(folder, 'data')]);
  return running;
}

/** Jobs of every kind at once: one upstream takes its time over, one that asks the person, one that waits for its turn, one that fails at first, a quick one. */
async function startJobs({ api, simulator }: StartedProcess) {
  const begin = async (scenario: string, type = 'balance') => (await api.startJob((await aConnection(api, simulator, { scenario })).id, { type })).body;
  const [slow, asks, failsOnce, quick] = await Promise.all([begin('slow', 'transactions'), begin('mfa', 'identity'), begin('fails_once'), begin('default')]);
  const waits = (await api.startJob(slow.connectionId, { type: 'identity' })).body;
  return { slow, asks, failsOnce, quick, waits };
}

/** How often upstream created a job on the connection for each type, over all starts: its own records outlive the kills, its call log does not. */
function createdUpstream(folder: string, { connectionId, type }: Job): number {
  const lines = readFileSync(path.join(folder, 'data', 'simulator', 'simulator.jsonl'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as [string, string, { connection: string; kind: string }?]);
  const ids = lines.flatMap(([kind, id, row]) => (kind === 'job' && row !== undefined && row.connection.replaceAll('-', '') === connectionId && row.kind === type ? [id] : []));
  return new Set(ids).size;
}

/** The execution ends and nobody hears of it: what a process that is killed right after the end leaves behind. */
async function endUnheard(folder: string, executionArn: string): Promise<void> {
  const never = () => new Promise<never>(() => undefined);
  const states = createStates({ clock: systemClock, region: 'us-east-1', accountId: '000000000000', journalFile: path.join(folder, 'data', 'executions.jsonl'), invokeLambda: never, callAws: never, onStatusChange: () => undefined });
  states.resume();
  await states.handle('StopExecution', { executionArn });
  states.close();
}

async function readWebhooks({ endpoints }: StartedProcess) {
  const reply = await fetch(`${endpoints.simulatorUrl ?? ''}/sim/webhooks`);
  return (await reply.json()) as { deliveries: { status: string; outcome: string }[]; subscriptions: { url: string }[] };
}

describe('npm start with --data, killed', () => {
  it('at whatever moment, and started again, brings every job to its end, one that ended unheard included, and doubles none upstream', async () => {
    const folder = newFolder();
    let now = await start(folder);
    const jobs: Job[] = [];

    const first = await startJobs(now);
    jobs.push(...Object.values(first));
    await now.kill(); // while jobs are created upstream

    now = await start(folder);
    const second = await startJobs(now);
    jobs.push(...Object.values(second));
    await until('the bank asks', async () => (await now.api.getJob(second.asks.id)).body.status, (status) => status === 'awaiting_mfa');
    await now.kill(); // while one is paused, others wait for signals and turns

    now = await start(folder);
    const { api } = now;
    const third = await startJobs(now);
    jobs.push(...Object.values(third));
    const unheard = (await api.startJob((await aConnection(api, now.simulator, { scenario: 'stuck' })).id, { type: 'balance' })).body;
    await until('a job fetches', async () => (await api.getJob(third.quick.id)).body.status, (status) => ['fetching', ...over].includes(status));
    await now.kill(); // while one is being fetched, or was just now
    await endUnheard(folder, `${now.endpoints.stateMachineArn.replace(':stateMachine:', ':execution:')}:${unheard.id}`);

    now = await start(folder);
    const last = now;
    const pauses = new Set<string>();
    const ended = await until(
      'every job ends',
      () =>
        Promise.all(
          jobs.map(async ({ id }) => {
            const { body } = await last.api.getJob(id);
            if (body.status === 'awaiting_mfa' && !pauses.has(id)) {
              pauses.add(id);
              await last.simulator.answer(body.upstreamJobId);
              // The webhook that tells of the answer may be faster than the app.
              expect([202, 409]).toContain((await last.api.send('POST', `/v1/jobs/${id}/resume`)).status);
            }
            return body;
          }),
        ),
      (all) => all.every(({ status }) => over.includes(status)),
      170_000,
    );

    expect(pauses.size).toBeGreaterThan(0);
    const executions = await readExecutions(last, jobs.map(({ id }) => id));
    for (const job of ended) {
      const execution = executions.find(({ name }) => name === job.id);
      const story = { type: job.type, states: execution === undefined ? [] : statesOf(execution), error: job.error?.code };
      expect({ ...story, ended: execution?.status }).toMatchObject({ ended: expect.stringMatching(/^(SUCCEEDED|FAILED)$/) as string });
      const created = createdUpstream(folder, job);
      const allowed = story.states.includes('RetryOnce') ? 2 : 1;
      expect({ ...story, created, tooOften: created > allowed }).toMatchObject({ tooOften: false });
      if (job.status === 'completed') continue;
      // The one excuse: the kill came between the request to create it upstream and the reply.
      expect({ ...story, status: job.status }).toMatchObject({ status: 'failed', error: 'UpstreamUnavailable' });
      // So that one call more was made than tasks were entered; the two others are no tasks.
      const calls = execution?.events.filter(({ type }) => type === 'TaskScheduled') ?? [];
      expect(calls.length).toBeGreaterThan(story.states.filter((name) => name !== 'RetryOnce' && name !== 'Failed').length);
    }
    expect(ended.filter(({ status }) => status === 'completed').length).toBeGreaterThan(jobs.length / 2);

    const closed = await until('the sweep closes the job whose execution ended unheard', async () => (await last.api.getJob(unheard.id, { waitSeconds: 20 })).body, ({ status }) => over.includes(status), 130_000);
    expect(closed.status).toBe('failed');
    expect((await readExecutions(last, [unheard.id])).map(({ status }) => status)).toEqual(['ABORTED']);

    // Each start hands over the changes of all earlier ones again, and each end is told once all the same.
    const all = [...ended, closed].map(({ id }) => id).sort();
    const told = await until('every end is told', async () => (await last.api.listEvents({ limit: 500 })).body.items.filter(({ type }) => type === 'job.ended').map(({ jobId }) => jobId ?? ''), (ends) => all.every((id) => ends.includes(id)));
    expect(told.sort()).toEqual(all);
  }, 400_000);

  it('knows keys, secrets, cursors and repeated requests after the next start, whose webhooks go to its own URL', async () => {
    const folder = newFolder();
    const before = await start(folder);
    const [user, other] = [await aUser(before.api), await aUser(before.api)];
    const page = (await before.api.listUsers({ limit: 1 })).body;
    const { id } = await aConnection(before.api, before.simulator, { scenario: 'slow', merchant: 'one' });
    const { body: job } = await before.api.startJob(id, { type: 'balance' }, { idempotencyKey: 'the-same-request' });
    await until('upstream has the job', async () => (await before.api.getJob(job.id)).body.upstreamJobId, (upstreamJobId) => upstreamJobId !== null);
    await before.kill();

    const after = await start(folder);
    // Ports are new at every start, also in what is said of the other merchants.
    const withoutUrls = (given: StartedProcess['endpoints']) => JSON.parse(JSON.stringify(given, (name, value: unknown) => (name.endsWith('Url') ? undefined : value))) as unknown;
    expect(withoutUrls(after.endpoints)).toEqual(withoutUrls(before.endpoints));
    expect(after.endpoints.apiUrl).not.toBe(before.endpoints.apiUrl);
    expect((await after.api.startJob(id, { type: 'balance' }, { idempotencyKey: 'the-same-request' })).body.id).toBe(job.id);
    expect((await after.api.listUsers({ limit: 2, cursor: page.nextCursor ?? undefined })).body.items.map((one) => one.id)).toContain(page.items[0]?.id === user.id ? other.id : user.id);
    expect((await after.api.follow(job.id)).status).toBe('completed');
    const told = await until('upstream tells the end', async () => (await readWebhooks(after)).deliveries.filter(({ status }) => status === 'completed'), ({ length }) => length > 0);
    expect(told).toEqual([expect.objectContaining({ outcome: 'accepted' })]);
    expect((await readWebhooks(after)).subscriptions.map(({ url }) => url)).toContain(after.endpoints.webhookUrl);
    expect(createdUpstream(folder, job)).toBe(1);

    const open = readdirSync(path.join(folder, 'data'), { recursive: true, encoding: 'utf8' }).filter((name) => (statSync(path.join(folder, 'data', name)).mode & 0o077) !== 0);
    expect(open).toEqual([]);
    await expect(startProcess(newFolder(), ['--data', path.join(folder, 'data')])).rejects.toThrow(/The data in .* is in use by process \d+: stop it, name another folder, or delete /);
  }, 240_000);

  it.each([
    ['a flag it does not have', ['--dat', 'x'], "Unknown option '--dat'. Usage: npm start -- [--data <folder>]"],
    ['a folder without its flag', ['x'], "Unexpected argument 'x'. Usage: npm start -- [--data <folder>]"],
  ])('refuses %s in one sentence', async (_what, args, sentence) => {
    await expect(startProcess(newFolder(), args)).rejects.toThrow(sentence);
  });
});
