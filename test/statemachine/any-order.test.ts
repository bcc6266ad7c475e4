import fc from 'fast-check';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentClient } from '../../lambdas/adapters/dynamodb/document-client.ts';
import { AppError } from '../../lambdas/domain/errors.ts';
import { isOver, type Job } from '../../lambdas/domain/job.ts';
import { clientConfig, startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { createJobMachine } from '../support/job-machine.ts';

let dynamodb: TestDynamodb;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());

const ms = (longest: number) => fc.integer({ min: 0, max: longest });
const course = fc.record(
  { takesMs: ms(90_000), asksAfterMs: ms(60_000), ends: fc.constantFrom('completed' as const, 'completed' as const, 'failed' as const), upstreamCode: fc.constantFrom('AC-104', 'AC-105') },
  { requiredKeys: ['takesMs', 'ends'] },
);
/** What becomes of one delivery: how often and how late it arrives, and whether the webhook dies between its write and its send. */
const fate = fc.record({ delaysMs: fc.array(ms(120_000), { maxLength: 3 }), dies: fc.boolean() });
const deed = fc.record({ afterMs: ms(200_000), what: fc.constantFrom('answer' as const, 'answer' as const, 'resume' as const, 'resume' as const, 'ask' as const, 'sweep' as const, 'replay' as const, 'cancel' as const, 'revoke' as const) });
const createFaults = {
  busy: () => new AppError('UpstreamBusy', 'busy', { surelyNotAccepted: true }),
  throttled: () => new AppError('UpstreamThrottled', 'slow down', { surelyNotAccepted: true }),
  unreachable: () => new AppError('UpstreamUnavailable', 'not sent', { surelyNotAccepted: true }),
  lost: () => new AppError('UpstreamUnavailable', 'the request was lost'),
  lostAfter: () => ({ afterAccept: new AppError('UpstreamUnavailable', 'the reply was lost') }),
};
const scenario = fc.record({
  trusted: fc.boolean(),
  courses: fc.array(course, { minLength: 1, maxLength: 2 }),
  fates: fc.array(fate, { minLength: 1, maxLength: 8 }),
  deeds: fc.array(deed, { maxLength: 8 }),
  creates: fc.array(fc.constantFrom(...(['busy', 'throttled', 'unreachable', 'lost', 'lostAfter'] as const)), { maxLength: 3 }),
  unanswered: fc.integer({ min: 0, max: 3 }),
  /** How many functions answer before some do not; no more than the machine repeats. */
  invocations: fc.record({ healthy: fc.nat(6), faults: fc.array(fc.constantFrom('not made' as const, 'answer lost' as const), { maxLength: 3 }) }),
  /** Of every so many writes the reply is lost, and the SDK writes again. */
  repeats: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

/** Upstream finishes, the person answers, and nobody calls the job off: whatever gets lost on the way, the merchant gets the data. */
const goodEnd = fc
  .record({ scenario, takesMs: ms(60_000), asksAfterMs: fc.option(ms(30_000), { nil: undefined }), answersAfterMs: ms(300_000) })
  .map(({ scenario: { deeds, creates, ...rest }, takesMs, asksAfterMs, answersAfterMs }) => ({
    ...rest, answersAfterMs,
    courses: [{ takesMs, ends: 'completed' as const, ...(asksAfterMs !== undefined && { asksAfterMs }) }],
    deeds: deeds.filter(({ what }) => what === 'resume' || what === 'sweep' || what === 'replay'),
    creates: creates.filter((name) => name !== 'lost' && name !== 'lostAfter'),
  }));

/** More by hand: `RUNS=1000 npx vitest run test/statemachine/any-order.test.ts`. */
const numRuns = Number(process.env['RUNS'] ?? 30);
const longestSeconds = 180 + 900 + 960 + 10;

/** A client of which every write for which the pattern says so reaches the table twice: the reply to the first is lost. */
function repeatingClient(pattern: readonly boolean[]): DynamoDBDocumentClient {
  const client = documentClient(clientConfig(dynamodb.endpoint));
  let writes = 0;
  client.middlewareStack.add(
    (next, { commandName = '' }) => async (args) => {
      const isRepeated = /^(Update|Put|Delete|TransactWrite|BatchWrite)/.test(commandName) && pattern[writes++ % pattern.length] === true;
      if (isRepeated) await next(args).catch(() => undefined);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'loseReplies' },
  );
  return client;
}

async function play({ trusted, courses, fates, deeds, ...given }: Scenario & { answersAfterMs?: number }): Promise<{ job: Job; creates: number; seconds: number; transitions: number }> {
  const client = repeatingClient(given.repeats);
  const machine = await createJobMachine(dynamodb, { trusted, client });
  const { upstream, clock, merchantId } = machine;
  upstream.courses = courses;
  upstream.createFaults.push(...given.creates.map((name) => createFaults[name]()));
  upstream.readFaults.push(...Array.from({ length: given.unanswered }, () => new AppError('UpstreamUnavailable', 'no reply')));
  machine.invocationFaults.push(...Array.from({ length: given.invocations.healthy }, () => undefined), ...given.invocations.faults);
  const doings = new Set<Promise<unknown>>();
  const later = (afterMs: number, deedOf: () => Promise<unknown>) => {
    clock.setTimer(afterMs, () => {
      const doing = deedOf().catch((error: unknown) => {
        if (!(error instanceof AppError) && !(error instanceof Error && error.message === 'killed')) throw error;
      });
      doings.add(doing);
      void doing.finally(() => doings.delete(doing));
    });
  };
  const sent: Parameters<typeof machine.deliver>[0][] = [];
  let deliveries = 0;
  upstream.deliver = async (signal) => {
    sent.push(signal);
    if (signal.kind === 'mfa' && given.answersAfterMs !== undefined) later(given.answersAfterMs, async () => upstream.answer(signal.upstreamJobId));
    const { delaysMs, dies } = fates[deliveries++ % fates.length] ?? { delaysMs: [], dies: false };
    delaysMs.forEach((delayMs, index) =>
      later(delayMs, async () => {
        if (!dies || index > 0) return machine.deliver(signal);
        const { succeed, exit } = machine.deps.tokens;
        machine.deps.tokens.succeed = machine.deps.tokens.exit = () => Promise.reject(new Error('killed'));
        const delivered = machine.deliver(signal);
        await delivered.finally(() => Object.assign(machine.deps.tokens, { succeed, exit }));
      }),
    );
  };

  const { id, connectionId } = await machine.start();
  const ref = { merchantId, jobId: id };
  const waiting = () => [...upstream.jobs.values()].filter((one) => one.state.state === 'mfa_required');
  const deedsByName: Record<Scenario['deeds'][number]['what'], () => Promise<unknown>> = {
    answer: async () => waiting().forEach((one) => upstream.answer(one.id)),
    ask: async () => waiting().forEach((one) => upstream.ask(one.id)),
    resume: () => machine.resume(id),
    sweep: () => machine.sweep(),
    replay: async () => sent[0] && machine.deliver(sent[0]),
    cancel: () => machine.cancel(id),
    revoke: () => machine.deliverRevocation(connectionId),
  };
  for (const { afterMs, what } of deeds) later(afterMs, deedsByName[what]);

  let overAs: string | undefined;
  await machine.runUntil(async () => {
    while (doings.size > 0) await Promise.all(doings);
    await machine.quiet();
    const { status } = await machine.job(id);
    expect(status).toBe(overAs ?? status);
    if (isOver(status)) overAs = status;
    return (await machine.deps.executions.status(ref)) === 'ended' && doings.size === 0;
  });
  const job = await machine.job(id);
  expect(await machine.deps.jobs.running(merchantId, connectionId)).toEqual([]);
  const transitions = await machine.transitions(id);
  client.destroy();
  return { job, creates: upstream.jobs.size, seconds: (Date.parse(job.completedAt ?? '') - Date.parse(job.createdAt)) / 1000, transitions };
}

describe('a job, whatever happens to it and in whatever order', () => {
  it('ends once, in time, with its connection free, and was created twice upstream at most', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { job, creates, seconds, transitions } = await play(given);
        expect(isOver(job.status)).toBe(true);
        expect(creates).toBeLessThanOrEqual(job.attempts);
        expect(job.attempts).toBeLessThanOrEqual(2);
        expect(seconds).toBeLessThanOrEqual(longestSeconds);
        expect(transitions).toBeLessThanOrEqual(120);
        expect(job.failure?.code).not.toBe('Internal');
        expect(job.status === 'failed' || job.status === 'expired').toBe(job.failure !== null);
      }),
      { numRuns },
    );
  }, 600_000);

  it('completes by one create where upstream finishes, the person answers and nobody calls it off', async () => {
    await fc.assert(
      fc.asyncProperty(goodEnd, async (given) => {
        const { job, creates } = await play(given);
        expect(job).toMatchObject({ status: 'completed', attempts: 1, failure: null });
        expect(creates).toBe(1);
      }),
      { numRuns },
    );
  }, 600_000);
});
