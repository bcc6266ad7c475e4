import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOver, jobStatuses, resumeLimit, mfaSignalCap, statusesBefore, transitions, type Job } from '../../lambdas/domain/job.ts';
import { delivery, jobEvents } from '../support/job-events.ts';
import { acceptedJob, stepOf, type JobEvent, type Step, type World } from '../support/job-model.ts';

/** Promise 5 says how many; shrinking is fast-check's habit. */
const runs = { numRuns: 100_000 };
const fewer = { numRuns: 20_000 };
const terminal: readonly string[] = ['completed', 'failed', 'expired', 'canceled'];
const timeOf = (step: number) => new Date(Date.parse('2026-03-01T12:00:00Z') + 1000 * step).toISOString();

/** Plays a story and hands every step to the check, with the job before and after. */
function play(events: readonly JobEvent[], check: (event: JobEvent, before: Job, after: Job, answer: string) => void = () => undefined, from: World = { job: acceptedJob(), upstream: {} }): World {
  return events.reduce<World>((world, event, index) => {
    const { world: next, answer }: Step = stepOf(world, event, timeOf(index));
    check(event, world.job, next.job, answer);
    return next;
  }, from);
}

/** Cheap enough for millions of steps, where `expect` is not. */
function hold(condition: boolean, rule: string): void {
  if (!condition) throw new Error(`broken: ${rule}`);
}
const heldBy = (checked: () => void) => expect(checked).not.toThrow();

describe('the statuses of a job', () => {
  it('are entered from those that name them, and four of them are left by nothing', () => {
    for (const next of jobStatuses) expect(statusesBefore(next)).toEqual(jobStatuses.filter((status) => transitions[status].includes(next)));
    expect(jobStatuses.filter(isOver)).toEqual(terminal);
    expect(jobStatuses.filter((status) => statusesBefore(status).some(isOver))).toEqual([]);
  });

  it('lead to an end from everywhere, and to completed only from fetching', () => {
    for (const status of jobStatuses.filter((one) => !isOver(one))) expect(transitions[status]).toEqual(expect.arrayContaining(['failed', 'expired', 'canceled']));
    expect(statusesBefore('completed')).toEqual(['fetching']);
    expect(statusesBefore('queued')).toEqual([]);
    expect(statusesBefore('awaiting_mfa')).toEqual(['running', 'awaiting_mfa']);
    expect(statusesBefore('fetching')).toEqual(['running', 'awaiting_mfa', 'fetching']);
    expect(statusesBefore('running')).toEqual(['queued', 'running', 'awaiting_mfa']);
  });
});

interface Happened {
  readonly event: JobEvent;
  readonly before: Job;
  readonly after: Job;
  readonly answer: string;
  /** The token of a wait that just began, as long as nothing but deliveries followed. */
  readonly waiting: string | undefined;
}

/** What holds at every step of every story. */
const rules: Readonly<Record<string, (step: Happened) => boolean>> = {
  'an ended job is touched by nothing': ({ before, after }) => !terminal.includes(before.status) || before === after,
  'an ended job wakes nobody, takes no wait and starts nothing': ({ before, answer }) =>
    !terminal.includes(before.status) || ['over', 'no', 'refused', 'done', 'unknown', 'stored', 'unbound'].includes(answer),
  'a status leads only where the table says': ({ before, after }) => before.status === after.status || transitions[before.status].includes(after.status),
  'counters only grow': ({ before, after }) => after.signalSeq >= before.signalSeq && after.heardSeq >= before.heardSeq && after.heardResumes >= before.heardResumes,
  'nothing is heard that was not said': ({ after }) => after.heardSeq <= after.signalSeq && after.heardResumes <= after.resumes,
  'resumes have a limit, and one is owed at most': ({ after }) => after.resumes <= resumeLimit && after.resumes - after.heardResumes <= 1,
  'questions without end are not recorded without end': ({ event, before, after }) =>
    event.type !== 'deliver' || event.kind !== 'mfa' || before.signalRank === 0 || before.signalSeq < mfaSignalCap || before === after,
  'one event, one line of the timeline': ({ before, after }) => after.timeline.length - before.timeline.length <= 1,
  'a signal of another upstream job changes nothing': ({ event, before, after }) => event.type !== 'deliver' || event.upstreamJobId === before.upstreamJobId || before === after,
  'a rank only grows within an attempt': ({ event, before, after }) => event.type === 'begin' || after.signalRank >= before.signalRank,
  'the first of two ends stands': ({ event, before, after }) => event.type === 'begin' || before.signalRank < 2 || (after.signal === before.signal && after.signalSeq === before.signalSeq),
  'an attempt starts from nothing': ({ event, before, after }) =>
    event.type !== 'begin' || before === after || (after.signalRank === 0 && after.signal === null && after.upstreamJobId === null && after.heardSeq === after.signalSeq),
  'no wait begins over an unread signal': ({ event, before, answer }) => event.type !== 'park' || event.state !== 'AwaitSignal' || answer !== 'parked' || before.signalSeq === before.heardSeq,
  'no pause begins over an end or a resume': ({ event, before, answer }) =>
    event.type !== 'park' || event.state !== 'PauseForMfa' || answer !== 'parked' || (before.signalRank < 2 && before.resumes === before.heardResumes),
  'news wakes the wait, and so does its repeat until it is heard': ({ event, before, after, answer, waiting }) => {
    const isOwed = event.type === 'deliver' && (after.signalSeq > before.signalSeq || (event.upstreamJobId === after.upstreamJobId && event.kind === after.signal?.kind && after.signalSeq > after.heardSeq));
    return waiting === undefined || !isOwed || answer.startsWith(`wakes ${waiting}`);
  },
};

const beginnings = fc.record({ seq: fc.constantFrom(0, 0, 0, mfaSignalCap - 1), resumes: fc.constantFrom(0, 0, 0, resumeLimit - 1) }).map(({ seq, resumes }): World => ({
  job: acceptedJob({ signalSeq: seq, heardSeq: seq, resumes, heardResumes: resumes }), upstream: {},
}));

describe('a job, through 100,000 random stories', () => {
  it(`keeps all ${Object.keys(rules).length} rules at every step, and can be ended`, () => {
    const reached = new Set<string>();
    let [woken, absorbed] = [0, 0];
    heldBy(() =>
      fc.assert(
        fc.property(jobEvents, beginnings, (events, beginning) => {
          let waiting: string | undefined;
          const end = play(events, (event, before, after, answer) => {
            for (const [rule, holds] of Object.entries(rules)) hold(holds({ event, before, after, answer, waiting }), rule);
            if (event.type === 'park') waiting = answer === 'parked' ? event.token : waiting;
            else if (event.type !== 'deliver') waiting = undefined;
            if (answer.startsWith('wakes')) woken += 1;
            if (terminal.includes(before.status)) absorbed += 1;
            reached.add(after.status);
          }, beginning);
          const canceled = play([{ type: 'end', end: { status: 'canceled' } }], undefined, end).job;
          hold(terminal.includes(canceled.status), 'a job can always be ended');
        }),
        runs,
      ),
    );
    expect([...reached].sort()).toEqual([...jobStatuses].sort());
    expect(woken).toBeGreaterThan(10_000);
    expect(absorbed).toBeGreaterThan(10_000);
  });
});

describe('the order of deliveries', () => {
  const current = play([{ type: 'begin', attempt: 1, holder: 'one' }, { type: 'bind', attempt: 1, upstreamJobId: 'REF-1' }]);
  /** Distinct deliveries, as upstream sends them. */
  const distinct = fc.uniqueArray(delivery, { minLength: 1, maxLength: 5, selector: ({ digest }) => digest });

  it('does not matter for the rank of what is known in the end, nor does it matter how often each comes', () => {
    const shuffled = distinct.chain((once) =>
      fc.tuple(fc.constant(once), fc.shuffledSubarray([...once, ...once, ...once], { minLength: 3 * once.length, maxLength: 3 * once.length })),
    );
    heldBy(() =>
      fc.assert(
        fc.property(shuffled, ([once, often]) => {
          const [inOrder, shuffledOften] = [play(once, undefined, current).job, play(often, undefined, current).job];
          hold(inOrder.signalRank === shuffledOften.signalRank, 'the rank depends on the order');
          hold((inOrder.signal?.kind === 'mfa') === (shuffledOften.signal?.kind === 'mfa'), 'a question outlasts an end');
        }),
        fewer,
      ),
    );
  });

  it('said twice in a row is said once', () => {
    heldBy(() =>
      fc.assert(
        fc.property(distinct, (once) => {
          const [single, doubled] = [play(once, undefined, current), play(once.flatMap((one) => [one, one]), undefined, current)];
          hold(single.job.signalSeq === doubled.job.signalSeq && single.job.timeline.length === doubled.job.timeline.length, 'a repeat counts');
        }),
        fewer,
      ),
    );
  });
});
