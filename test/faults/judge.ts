import { inMinorUnits } from '../local/in-minor-units.ts';
import { inParallel } from './in-parallel.ts';
import { readExecutions, type ExecutionSummary } from './read-executions.ts';
import { isOver, readJobs, type JobRow } from './read-jobs.ts';
import type { World } from './world.ts';

export interface Judgement {
  readonly completed: number;
  readonly failedAsTheyShould: number;
  readonly lost: number;
  readonly doubled: number;
  readonly transitions: number;
  readonly problems: readonly string[];
}

/** What is looked at: of the network only which jobs upstream has started. */
export type JudgedWorld = Pick<World, 'endpoints' | 'api' | 'simulator'> & { readonly network: Pick<World['network'], 'started'> };

/** What is there once the jobs are over. */
export interface Evidence {
  readonly byId: ReadonlyMap<string, JobRow>;
  readonly executions: ReadonlyMap<string, ExecutionSummary>;
  /** What must not outlive the last job, in words. */
  readonly leftBehind: string | undefined;
}

/** What the fault allows. */
export interface Allowed {
  readonly ends: readonly string[];
  /** Why it may be unclear whether upstream accepted a job: then, and only then, it may end as `UpstreamUnavailable`. */
  readonly unclear?: RegExp | undefined;
  /** Upstream jobs that one job may have started. */
  readonly creates: number;
  /** Upstream jobs that somebody else has on each connection. */
  readonly others?: number;
  /** In milliseconds. */
  readonly longestMs: number;
}

export async function gatherEvidence({ endpoints }: Pick<World, 'endpoints'>): Promise<Evidence> {
  const { jobs, claims, open } = await readJobs(endpoints);
  const leftBehind = jobs.every(isOver) && claims + open > 0 ? `${claims} claims and ${open} entries of open jobs were left behind` : undefined;
  return { byId: new Map(jobs.map((job) => [job.id, job])), executions: await readExecutions(endpoints), leftBehind };
}

/**
 * Holds every job to its promises. Lost: it did not end, not in time, or not as the fault allows; its row and its execution disagree; something of it was left behind.
 * Doubled: more creates were accepted upstream than the job may make, or its result is another connection's.
 */
export async function judge(world: JudgedWorld, { byId, executions, leftBehind }: Evidence, jobIds: readonly string[], allowed: Allowed): Promise<Judgement> {
  const lost: string[] = [];
  const doubled: string[] = [];
  const ends = new Map<string, number>();
  let transitions = 0;

  for (const id of jobIds) {
    const job = byId.get(id);
    const execution = executions.get(id);
    transitions += execution?.transitions ?? 0;
    const why = job === undefined ? 'it has no row' : whyLost(job, execution, allowed);
    if (why !== undefined) lost.push(`${id} (${job?.type ?? '?'}, ${job?.status ?? '?'}, ${job?.failure?.code ?? 'no failure'}): ${why}; ${(job?.timeline ?? []).map(({ event }) => event).join(' ')} | ${(execution?.states ?? []).join(' ')} | ${(execution?.unclear ?? []).join('; ')}`);
    else if (job !== undefined) ends.set(job.status === 'completed' ? 'completed' : 'failed', (ends.get(job.status === 'completed' ? 'completed' : 'failed') ?? 0) + 1);
  }
  const judged = jobIds.flatMap((id) => byId.get(id) ?? []);
  for (const [connectionId, of] of Map.groupBy(judged, (job) => job.connectionId)) {
    const creates = Math.max(0, (world.network.started.get(connectionId)?.size ?? 0) - (allowed.others ?? 0));
    const attempts = of.reduce((sum, job) => sum + job.attempts, 0);
    if (creates > attempts || creates > allowed.creates * of.length) doubled.push(`${of.map(({ id }) => id).join(', ')}: ${creates} upstream jobs were started for ${attempts} attempts`);
  }
  if (leftBehind !== undefined) lost.push(leftBehind);
  const wrong = await wrongResults(world, judged.filter(({ status }) => status === 'completed'));
  doubled.push(...wrong);
  return {
    completed: ends.get('completed') ?? 0,
    failedAsTheyShould: ends.get('failed') ?? 0,
    lost: lost.length,
    doubled: doubled.length,
    transitions,
    problems: [...lost.slice(0, 5).map((text) => `lost ${text}`), ...doubled.slice(0, 5).map((text) => `doubled ${text}`)],
  };
}

function whyLost(job: JobRow, execution: ExecutionSummary | undefined, { ends, unclear, longestMs }: Allowed): string | undefined {
  if (!isOver(job)) return 'it did not end';
  if (execution === undefined) return 'it has no execution';
  if (!agree(job, execution)) return `its execution is ${execution.status}`;
  const livedMs = Date.parse(job.completedAt ?? '') - Math.max(Date.parse(job.createdAt), execution.startedAt);
  if (!(livedMs <= longestMs)) return `it took ${livedMs / 1000} s`;
  const end = job.status === 'completed' ? 'completed' : (job.failure?.code ?? job.status);
  const isStruck = end === 'UpstreamUnavailable' && unclear !== undefined && execution.unclear.some((reason) => unclear.test(reason));
  return isStruck || ends.includes(end) ? undefined : `it ended as ${end}`;
}

/** An execution that fails in the state `Failed` has told its row before; one that succeeds has completed it, or found it over. */
function agree(job: JobRow, { status, states }: ExecutionSummary): boolean {
  const isFoundOver = status === 'SUCCEEDED' && states.at(-1) === 'Over';
  if (job.status === 'completed') return status === 'SUCCEEDED';
  if (job.status === 'canceled') return isFoundOver;
  return isFoundOver || status === 'FAILED' || status === 'ABORTED' || status === 'TIMED_OUT';
}

/** Reads what was stored, through the API, and holds it to what the bank has for the job's own connection. */
async function wrongResults({ api, simulator }: JudgedWorld, completed: readonly JobRow[]): Promise<string[]> {
  const found = await inParallel(completed, 8, async ({ id, type, connectionId }) => {
    const path = `/v1/jobs/${id}/result`;
    if (type !== 'transactions') {
      const result = type === 'balance' ? (await api.balance(path)).body : (await api.identity(path)).body;
      if (result.jobId !== id || result.connectionId !== connectionId) return [`${id}: its result is of ${result.connectionId}`];
      if (result.type !== 'balance') return [];
      const { available, currency } = (await simulator.expected(connectionId)).balance;
      return JSON.stringify(result.available) === JSON.stringify(inMinorUnits(available, currency)) ? [] : [`${id}: its balance is not that of its connection`];
    }
    const { body } = await api.transactions(path, { limit: 500 });
    const { transactions } = await simulator.expected(connectionId, { startDate: body.startDate, endDate: body.endDate });
    const same = JSON.stringify(body.items.map((item) => item.id).sort()) === JSON.stringify(transactions.items.map((item) => item.id).sort());
    return same && body.jobId === id && body.connectionId === connectionId ? [] : [`${id}: its transactions are not those of its connection`];
  });
  return found.flat();
}
