import type { FaultRow, RowResult, RowSize } from './fault-row.ts';
import { inWorld } from './in-world.ts';
import { gatherEvidence, judge } from './judge.ts';
import { linkConnections } from './link-connections.ts';
import { startJobs } from './start-jobs.ts';
import { untilOver } from './until-over.ts';

/** Three minutes of a job's own, and the ten seconds that promises.md allows beyond. */
const deadlineMs = 190_000;
/** For what the starts and the looks of the suite itself may take. */
const reserveMs = 120_000;

/** As many as two processors carry beside one another: a job that waits for a processor runs out of its own time for no fault of the row's. */
const atOnce = 200;

/** Runs as many jobs under the fault as were asked for, or as it allows, in a world of its own. */
export async function runJobsRow(row: FaultRow, { assembly, wanted, isQuick }: RowSize): Promise<RowResult> {
  const { factor = 1, maxThreads = 4, bank = { scenario: 'default' }, ends = ['completed'], unclear, callsAtMost = Infinity, creates = 1, others = 0, longestMs = deadlineMs } = row;
  const jobs = Math.min(wanted, row.atMost ?? wanted, isQuick ? (row.atMostWhenQuick ?? wanted) : wanted);
  return inWorld({ assembly, factor, maxThreads }, async (world) => {
    const connectionIds = await linkConnections(world, jobs, bank);
    const callsBefore = world.upstreamCalls();
    if (row.fate !== undefined) world.network.fate = row.fate();
    if (row.intercept !== undefined) world.intercept = row.intercept(world);
    const stop = await row.arrange?.(world, jobs);
    const jobIds: string[] = [];
    for (let first = 0; first < jobs; first += atOnce) {
      const wave = await startJobs(world, connectionIds.slice(first, first + atOnce));
      await untilOver(world, wave, longestMs + reserveMs);
      jobIds.push(...wave);
    }
    await stop?.();
    const calls = world.upstreamCalls() - callsBefore;
    // What is still on its way finds every job over, and must change nothing: a minute later or ten.
    if (isQuick) world.network.hurry();
    await world.network.quiet();
    const { transitions, lost, ...judgement } = await judge(world, await gatherEvidence(world), jobIds, { ends, unclear, creates, others, longestMs });
    const unexpected = [
      ...(calls > callsAtMost * jobs ? [`upstream was called ${calls} times for ${jobs} jobs, more than ${callsAtMost} each`] : []),
      ...(row.check?.(world) ?? []),
    ];
    const problems = [...judgement.problems, ...unexpected];
    return {
      jobs,
      ...judgement,
      lost: lost + unexpected.length,
      transitionsPerJob: transitions / jobs,
      upstreamCallsPerJob: calls / jobs,
      problems: problems.length === 0 ? [] : [...problems, ...world.errors.slice(-5)],
    };
  });
}
