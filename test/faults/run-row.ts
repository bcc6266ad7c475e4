import { clockName, type FaultRow, type RowResult } from './fault-row.ts';
import { judge } from './judge.ts';
import { linkConnections } from './link-connections.ts';
import { startJobs } from './start-jobs.ts';
import { untilOver } from './until-over.ts';
import { bootWorld } from './world.ts';

/** Runs as many jobs under the fault as were asked for, or as it allows, in a world of its own. */
export async function runRow(row: FaultRow, { assembly, wanted }: { readonly assembly: string; readonly wanted: number }): Promise<RowResult> {
  const { factor = 1, maxThreads = 4, bank = { scenario: 'default' }, ends = ['completed'], creates = 1 } = row;
  const jobs = Math.min(wanted, row.atMost ?? wanted);
  const from = performance.now();
  const world = await bootWorld({ assembly, factor, maxThreads });
  try {
    console.error("booted", performance.now()-from);
    const connectionIds = await linkConnections(world, jobs, bank);
    console.error("linked", performance.now()-from);
    const callsBefore = world.upstreamCalls();
    if (row.fate !== undefined) world.network.fate = row.fate();
    if (row.intercept !== undefined) world.intercept = row.intercept(world);
    const stop = await row.arrange?.(world, jobs);
    const jobIds = await startJobs(world, connectionIds);
    console.error("started", performance.now()-from);
    await untilOver(world, jobIds);
    console.error("over", performance.now()-from);
    await stop?.();
    const calls = world.upstreamCalls() - callsBefore;
    // What is still on its way finds every job over, and must change nothing.
    await world.network.quiet();
    const { transitions, ...judgement } = await judge(world, jobIds, { ends, creates });
    return {
      name: row.name,
      clock: clockName(factor),
      jobs,
      ...judgement,
      transitionsPerJob: transitions / jobs,
      upstreamCallsPerJob: calls / jobs,
      seconds: (performance.now() - from) / 1000,
      problems: [...judgement.problems, ...(judgement.lost + judgement.doubled > 0 ? world.errors.slice(-5) : [])],
    };
  } finally {
    await world.close();
  }
}
