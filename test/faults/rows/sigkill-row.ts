import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { systemClock } from '../../../local/states/clock.ts';
import { startProcess } from '../../local/start-process.ts';
import type { ReportRow } from '../fault-row.ts';
import { gatherEvidence, judge } from '../judge.ts';
import { linkConnections } from '../link-connections.ts';
import { startJobs } from '../start-jobs.ts';
import { untilOver } from '../until-over.ts';

/** The moments at which it is killed, in milliseconds after it answers again: in the middle of creates, of waits, and of fetches. */
const killsAfterMs = [500, 2_500, 6_000, 1_200];
const jobs = 40;
/** The time that the process is gone counts, too. */
const longestMs = 300_000;

const journalled = z.tuple([z.literal('job'), z.string(), z.looseObject({ connection: z.string() })]);

/** `npm start -- --data <folder>`, killed with all that it started in the middle of running jobs, and started again. */
export const sigkillRow: ReportRow = {
  name: 'SIGKILL of the whole process, four times',
  isMostlyWaiting: true,
  run: async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'aerobridge-sigkill-'));
    const start = () => startProcess(folder, ['--data', path.join(folder, 'data')]);
    let process = await start();
    try {
      const connectionIds = await linkConnections(process, jobs, { scenario: 'default', jobSeconds: 4 });
      const parts = killsAfterMs.map((_, index) => connectionIds.slice((index * jobs) / killsAfterMs.length, ((index + 1) * jobs) / killsAfterMs.length));
      const jobIds: string[] = [];
      for (const [index, afterMs] of killsAfterMs.entries()) {
        jobIds.push(...(await startJobs({ api: process.api, clock: systemClock }, parts[index] ?? [])));
        await sleep(afterMs);
        await process.kill();
        process = await start();
      }
      await untilOver({ endpoints: process.endpoints, clock: systemClock }, jobIds, longestMs);
      const world = { ...process, network: { started: await startedUpstream(path.join(folder, 'data', 'simulator', 'simulator.jsonl')) } };
      const { transitions, problems, ...judgement } = await judge(world, await gatherEvidence(world), jobIds, { ends: ['completed'], unclear: /^an earlier run of this state ended/, creates: 1, longestMs });
      return { jobs, ...judgement, transitionsPerJob: transitions / jobs, upstreamCallsPerJob: undefined, problems };
    } finally {
      await process.kill();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Upstream's own records outlive every kill: its jobs by connection. */
async function startedUpstream(file: string): Promise<Map<string, ReadonlySet<string>>> {
  const started = new Map<string, Set<string>>();
  for (const line of (await readFile(file, 'utf8')).split('\n').slice(0, -1)) {
    const row = journalled.safeParse(JSON.parse(line)).data;
    if (row === undefined) continue;
    const connectionId = row[2].connection.replaceAll('-', '');
    started.set(connectionId, (started.get(connectionId) ?? new Set()).add(row[1]));
  }
  return started;
}
