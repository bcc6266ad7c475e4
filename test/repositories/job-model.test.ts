import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConditionalCheckFailedException, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoConnectionRepository } from '../../lambdas/adapters/dynamodb/connection-repository.ts';
import { DynamoJobCompletion } from '../../lambdas/adapters/dynamodb/job-completion.ts';
import { DynamoJobProgress } from '../../lambdas/adapters/dynamodb/job-progress.ts';
import { DynamoJobRepository } from '../../lambdas/adapters/dynamodb/job-repository.ts';
import { DynamoJobSignals } from '../../lambdas/adapters/dynamodb/job-signals.ts';
import { AppError } from '../../lambdas/domain/errors.ts';
import type { Job, JobRef, WaitState } from '../../lambdas/domain/job.ts';
import { updateItemRequest } from '../../local/states/update-item.ts';
import type { Json } from '../../local/states/json.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { jobEvents } from '../support/job-events.ts';
import { aConnection } from '../support/job-machine.ts';
import { acceptedJob, mfaExpiresAt, notedFailure, stepOf, type Answer, type JobEvent, type World } from '../support/job-model.ts';

let dynamodb: TestDynamodb;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());

/** More by hand, a minute per thousand or two: `RUNS=5000 npx vitest run --project unit test/repositories/job-model.test.ts`. */
const stories = Number(process.env['RUNS'] ?? 400);
/** Played at once, each on a row of its own. */
const atOnce = 20;

const { States } = JSON.parse(readFileSync('statemachines/aggregation-job.asl.json', 'utf8')) as { States: Readonly<Record<string, { readonly Arguments: Json }>> };

/** The write of a token wait, from the definition itself; its expressions get the values that they would have. */
function waitWrite(state: WaitState, ref: JobRef, token: string, at: string): UpdateItemCommandInput {
  const filled = (value: Json): Json => {
    if (typeof value === 'string') return valueOf(value, { ref, token, at });
    if (Array.isArray(value)) return value.map(filled);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner)])) : value;
  };
  const { request, problems } = updateItemRequest(filled(States[state]?.Arguments ?? null));
  if (problems.length > 0) throw new Error(`the write of ${state} is none: ${JSON.stringify(problems)}`);
  return request as unknown as UpdateItemCommandInput;
}

function valueOf(text: string, { ref, token, at }: { ref: JobRef; token: string; at: string }): string {
  if (text === '${JobsTableName}') return dynamodb.tables.jobs;
  if (!text.startsWith('{%')) return text;
  if (text.includes('Task.Token')) return token;
  if (text.includes('$fromMillis')) return mfaExpiresAt;
  return text.includes('EnteredTime') ? at : `${ref.merchantId}#${ref.jobId}`;
}

function rowsOf() {
  const { client, tables } = dynamodb;
  return {
    jobs: new DynamoJobRepository(tables, client),
    connections: new DynamoConnectionRepository(tables.connections, client),
    progress: new DynamoJobProgress(tables.jobs, client),
    completion: new DynamoJobCompletion(tables, client),
    signals: new DynamoJobSignals(tables.jobs, client),
    park: (state: WaitState, ref: JobRef, token: string, at: string): Promise<Answer> =>
      client.send(new UpdateItemCommand(waitWrite(state, ref, token, at))).then(
        () => 'parked',
        (error: unknown) => {
          if (error instanceof ConditionalCheckFailedException) return 'refused';
          throw error;
        },
      ),
  };
}
type Rows = ReturnType<typeof rowsOf>;

/** Does to the real row what the model does to its own, and answers in the model's words. */
async function happen({ progress, completion, signals, park }: Rows, job: Job, event: JobEvent, now: Date): Promise<Answer> {
  const ref: JobRef = { merchantId: job.merchantId, jobId: job.id };
  const yes = (found: unknown) => (found === undefined ? 'no' : 'yes');
  switch (event.type) {
    case 'begin':
      return (await progress.beginAttempt(ref, event.attempt, event.holder, now)).outcome;
    case 'clearIntent':
      await progress.clearIntent(ref, event.attempt, 'create_refused', now);
      return 'done';
    case 'markUnclear':
      return (await progress.markUnclear(ref, event.attempt, now)) ?? 'unknown';
    case 'bind': {
      const bound = await progress.bind(ref, event.attempt, event.upstreamJobId, now);
      return bound.outcome === 'over' ? 'over' : `bound ${bound.signal?.kind ?? 'in silence'}`;
    }
    case 'deliver': {
      const signal = { merchantId: job.merchantId, upstreamJobId: event.upstreamJobId, connectionId: undefined, type: job.type, kind: event.kind, upstreamCode: null, digest: event.digest, sentAt: now };
      const { jobId, isRepeat } = await signals.recordDelivery(signal, now);
      if (jobId === undefined) return 'unbound';
      const applied = await signals.applySignal(ref, signal, isRepeat, now);
      return applied.outcome === 'wake' ? `wakes ${applied.wait.token}${applied.wait.isAfterPause ? ' after a pause' : ''}` : applied.outcome;
    }
    case 'hear':
      return yes(await progress.hear(ref, now));
    case 'noteFailure':
      await progress.noteFailure(ref, notedFailure);
      return 'done';
    case 'startFetching':
      return yes(await progress.startFetching(ref, now));
    case 'countResume':
      return yes(await progress.countResume(ref, now));
    case 'end':
      return (event.end.status === 'completed' ? completion.complete(ref, new Date(event.end.resultExpiresAt), now) : progress.end(ref, event.end, now)).then(yes, (error: unknown) => {
        if (error instanceof AppError) return 'error';
        throw error;
      });
    case 'leavePause':
      await progress.leavePause(ref, event.token, now);
      return 'done';
    case 'park':
      return park(event.state, ref, event.token, now.toISOString());
  }
}

/** Plays one story on a row of its own and on the model, and answers both tellings. */
async function tell(rows: Rows, events: readonly JobEvent[]): Promise<{ real: unknown; model: unknown }> {
  const [merchantId, id, connectionId] = [`mer_${randomBytes(8).toString('hex')}`, `job_${randomBytes(8).toString('hex')}`, randomBytes(16).toString('hex')];
  await rows.connections.save(aConnection({ merchantId, id: connectionId }));
  const connectionGeneration = (await rows.connections.find(merchantId, connectionId))?.generation ?? '';
  const job = acceptedJob({ merchantId, id, connectionId, connectionGeneration });
  await rows.jobs.create(job, undefined);
  let world: World = { job, upstream: {} };
  const real: Answer[] = [];
  const model: Answer[] = [];
  for (const [index, event] of events.entries()) {
    const now = new Date(Date.parse('2026-03-01T12:00:01Z') + 1000 * index);
    real.push(`${event.type}: ${await happen(rows, job, event, now)}`);
    const step = stepOf(world, event, now.toISOString());
    model.push(`${event.type}: ${step.answer}`);
    world = step.world;
  }
  return { real: [real, await rows.jobs.find({ merchantId, jobId: id })], model: [model, world.job] };
}

describe('the conditions that DynamoDB is sent', () => {
  it(`do to a row what the model of the rules says, in ${stories} random stories`, async () => {
    const rows = rowsOf();
    await fc.assert(
      fc.asyncProperty(fc.array(jobEvents, { minLength: atOnce, maxLength: atOnce }), async (many) => {
        for (const { real, model } of await Promise.all(many.map((events) => tell(rows, events)))) expect(real).toEqual(model);
      }),
      { numRuns: Math.ceil(stories / atOnce), endOnFailure: false },
    );
  }, 300_000);
});
