import { People } from './aeropay/people.ts';
import { Agenda, type SetTimer } from './agenda.ts';
import { Connections } from './bank/connections.ts';
import type { JobState } from './bank/job-plan.ts';
import { Jobs, type Job, type JobKind } from './bank/jobs.ts';
import { createClock, type Clock } from './clock.ts';
import { createIdentifiers, type Identifiers } from './identifiers.ts';
import { Merchants } from './merchants.ts';
import { Tokens } from './tokens.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** Everything upstream knows and does, without HTTP. */
export interface Simulation {
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly ids: Identifiers;
  readonly merchants: Merchants;
  readonly tokens: Tokens;
  readonly people: People;
  readonly connections: Connections;
  readonly jobs: Jobs;
  readonly webhooks: Webhooks;
  /** Where the hosted widget lives: an origin without a path. Known once the server listens. */
  readonly widgetOrigin: () => string;
}

/** The states upstream sends a webhook for; `in_progress` is never sent. */
const announced: ReadonlySet<JobState> = new Set<JobState>(['initiated', 'pending_mfa', 'completed', 'failed']);

const events: Readonly<Record<JobKind, string>> = { balance: 'job.balance', transactions: 'job.transaction', identity: 'job.identity' };

export function createSimulation(parts: {
  now: () => number;
  setTimer: SetTimer;
  seed: number | undefined;
  writeLine: (line: string) => void;
  widgetOrigin: () => string;
}): Simulation {
  const clock = createClock(parts.now);
  const agenda = new Agenda(clock, parts.setTimer);
  const ids = createIdentifiers(parts.seed);
  const webhooks = new Webhooks({ clock, agenda, writeLine: parts.writeLine });
  const jobs = new Jobs({ clock, agenda, ids, listener: (job, at) => react(webhooks, job, at) });
  return {
    clock,
    agenda,
    ids,
    merchants: new Merchants(),
    tokens: new Tokens(clock),
    people: new People(clock, ids),
    connections: new Connections(clock, ids),
    jobs,
    webhooks,
    widgetOrigin: parts.widgetOrigin,
  };
}

/** What follows when a job enters a state: fresh data, and a webhook. */
function react(webhooks: Webhooks, job: Job, at: number): void {
  const { connection } = job;
  if (job.state === 'completed' && job.kind === 'balance') connection.balanceReadAt = at;
  if (!announced.has(job.state)) return;
  webhooks.publish(
    {
      merchant: connection.merchant,
      event: events[job.kind],
      data: { status: job.state, job_id: job.id, connection_id: connection.id, user_id: connection.id },
    },
    at,
  );
}
