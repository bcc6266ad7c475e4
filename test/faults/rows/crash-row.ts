import { setTimeout as sleep } from 'node:timers/promises';
import { crashFlows, type CrashFlow } from '../crash/crash-flows.ts';
import { crashAt, createWrites, newSubject, pointsOf, type CrashPoint, type CrashSubject } from '../crash/crash-subject.ts';
import type { ReportRow } from '../fault-row.ts';
import { inParallel } from '../in-parallel.ts';
import { inWorld } from '../in-world.ts';
import { gatherEvidence, judge } from '../judge.ts';
import { readJobs } from '../read-jobs.ts';
import { untilOver } from '../until-over.ts';
import type { World } from '../world.ts';

/** Runs at once: they mostly wait for what heals them. */
const atOnce = 40;
/** A quick run takes every so-manyth point. */
const quickStep = 19;
const tries = 6;
/** So many points may not come up again, or so large a part of them: what crosses on its way comes in another order now and then. */
const missedAtMost = { points: 2, share: 0.02 };
/** What the end of a run sets off belongs to it, too. */
const lingerMs = 5_000;
/** A lost start is found by the sweep, and the job's own time begins after it; the clean-up after a crash may take a minute more. */
const longestMs = 260_000;

interface Run {
  readonly flow: CrashFlow;
  readonly subject: CrashSubject;
  readonly problem: string | undefined;
}

/** Every flow is run once to record its writes, starts and sends, then once more for each of them and for before and after it. */
export const crashRow: ReportRow = {
  name: 'crash points: before and after every write, start and send of every flow',
  isMostlyWaiting: 'when quick',
  run: ({ assembly, isQuick }) =>
    inWorld({ assembly, factor: 1, maxThreads: 6 }, async (world) => {
      const subjects = new Set<CrashSubject>();
      const deaf = new Set<string>();
      world.network.fate = ({ connectionId }) => (connectionId !== undefined && deaf.has(connectionId) ? [] : [{ afterMs: 0 }]);
      world.intercept = crashAt(subjects);
      let number = 0;
      const runOne = (flow: CrashFlow, point?: CrashPoint): Promise<Run> => runFlow(world, { flow, point, subjects, deaf, number: (number += 1) });

      const before = world.upstreamCalls();
      const recorded = await inParallel(crashFlows, atOnce, (flow) => runOne(flow));
      const points = recorded.flatMap(({ flow, subject }) => pointsOf(subject.calls).map((point) => ({ flow, point }))).filter((_, index) => !isQuick || index % quickStep === 0);
      const runs = [...recorded, ...(await inParallel(points, atOnce, ({ flow, point }) => untilStruck(() => runOne(flow, point))))];

      await untilOver(world, await jobsThere(world, runs), longestMs);
      const jobIds = await jobsThere(world, runs);
      const evidence = await gatherEvidence(world);
      let [lost, doubled, completed, failed, transitions, recovered] = [0, 0, 0, 0, 0, 0];
      const problems: string[] = [];
      for (const run of runs) {
        const { ends, creates = 1 } = run.flow;
        const unclear = isUnclear(run) ? /^an earlier run of this state ended/ : undefined;
        const judged = await judge(world, { ...evidence, leftBehind: undefined }, jobIds.filter((id) => run.subject.jobIds.has(id)), { ends, unclear, creates, longestMs });
        [completed, failed, transitions] = [completed + judged.completed, failed + judged.failedAsTheyShould, transitions + judged.transitions];
        const isLost = judged.lost > 0 || run.problem !== undefined;
        [lost, doubled] = [lost + (isLost ? 1 : 0), doubled + judged.doubled];
        if (run.subject.struck && !isLost && judged.doubled === 0) recovered += 1;
        if (isLost || judged.doubled > 0) problems.push(`${run.flow.name}, ${nameOf(run.subject.point)}: ${run.problem ?? ''} ${judged.problems.join(' ')}`);
      }
      if (evidence.leftBehind !== undefined) [lost] = [lost + 1, problems.push(evidence.leftBehind)];
      const missed = runs.filter(({ subject }) => subject.point !== undefined && !subject.struck);
      if (missed.length > Math.max(missedAtMost.points, points.length * missedAtMost.share)) [lost] = [lost + 1, problems.push(`${missed.length} points did not come up again: the flows do not do what was recorded`)];
      return {
        jobs: jobIds.length, completed, failedAsTheyShould: failed, lost, doubled,
        transitionsPerJob: transitions / jobIds.length, upstreamCallsPerJob: (world.upstreamCalls() - before) / jobIds.length,
        note: `${points.length} enumerated in ${crashFlows.length} flows, ${points.length - missed.length} reached, ${recovered} recovered`,
        details: [
          ...recorded.map(({ flow, subject }) => `${flow.name}: ${subject.calls.length} writes, starts and sends`),
          ...missed.map(({ flow, subject }) => `not reached, since its like did not come up again: ${flow.name}, ${nameOf(subject.point)}`),
        ],
        problems,
      };
    }),
};

/** What crosses on its way comes in another order now and then, so that a point may need another run to come up. */
async function untilStruck(run: () => Promise<Run>): Promise<Run> {
  for (let left = tries; ; left -= 1) {
    const done = await run();
    if (done.subject.struck || left === 1) return done;
  }
}

/** A start that died before its transaction has named a job that never was. */
async function jobsThere({ endpoints }: World, runs: readonly Run[]): Promise<string[]> {
  const { jobs } = await readJobs(endpoints);
  return jobs.map(({ id }) => id).filter((id) => runs.some(({ subject }) => subject.jobIds.has(id)));
}

async function runFlow(world: World, { flow, point, subjects, deaf, number }: { flow: CrashFlow; point: CrashPoint | undefined; subjects: Set<CrashSubject>; deaf: Set<string>; number: number }): Promise<Run> {
  const subject = newSubject(point);
  try {
    const ids = await flow.prepare(world, number);
    if (flow.isDeaf === true) for (const id of ids) deaf.add(id);
    for (const id of ids) subject.ids.add(id.replaceAll('-', ''));
    subjects.add(subject);
    await flow.run(world, ids, subject);
    await sleep(lingerMs);
    return { flow, subject, problem: undefined };
  } catch (error) {
    return { flow, subject, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    subjects.delete(subject);
  }
}

/** The job of a function that died inside its create may say that upstream was not reached (promises.md, 4): nothing was accepted, or no webhook names what was. */
function isUnclear({ flow, subject: { point } }: Run): boolean {
  if (point === undefined) return false;
  const [intent, takenBack, id] = createWrites.map(({ about }) => about);
  if (point.call === intent) return point.when === 'after';
  return point.when === 'before' && (point.call === takenBack || (point.call === id && flow.isDeaf === true));
}

function nameOf(point: CrashPoint | undefined): string {
  return point === undefined ? 'undisturbed' : `${point.when} the ${point.ordinal}. ${point.call}`;
}
