import * as z from 'zod';
import { People } from './aeropay/people.ts';
import { Agenda, type SetTimer } from './agenda.ts';
import { Connections } from './bank/connections.ts';
import { Jobs } from './bank/jobs.ts';
import type { JobKind } from './bank/job.ts';
import { createClock, type Clock } from './clock.ts';
import { Contradictions } from './contradictions/contradictions.ts';
import { createIdentifiers, type Identifiers } from './identifiers.ts';
import { Merchants } from './merchants.ts';
import type { Journal } from './store/journal.ts';
import { Tokens, type TokenLifetimes } from './tokens.ts';
import { announceJob } from './webhooks/announce-job.ts';
import { Subscriptions } from './webhooks/subscriptions.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** Everything upstream knows and does, without HTTP. */
export interface Simulation {
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly ids: Identifiers;
  readonly contradictions: Contradictions;
  readonly merchants: Merchants;
  readonly tokens: Tokens;
  readonly people: People;
  readonly connections: Connections;
  readonly jobs: Jobs;
  readonly subscriptions: Subscriptions;
  readonly webhooks: Webhooks;
  /** Where the hosted widget lives: an origin without a path. Known once the server listens. */
  readonly widgetOrigin: () => string;
}

export interface SimulationParts {
  readonly now: () => number;
  readonly setTimer: SetTimer;
  readonly seed: number | undefined;
  readonly writeLine: (line: string) => void;
  readonly widgetOrigin: () => string;
  readonly tokenLifetimes?: TokenLifetimes | undefined;
  /** Keeps the state; without one it ends with the process. */
  readonly journal?: Journal | undefined;
}

/** What the journal brings back is planned on the agenda, which does nothing until it is opened. */
export function createSimulation(parts: SimulationParts): Simulation {
  const { journal } = parts;
  const clock = createClock(parts.now, journal === undefined ? undefined : clockMemory(journal));
  const agenda = new Agenda(clock, parts.setTimer);
  const ids = createIdentifiers(parts.seed, journal === undefined ? 0 : countStart(journal));
  const contradictions = new Contradictions();
  const subscriptions = new Subscriptions({ clock, ids, journal });
  const webhooks = new Webhooks({ clock, agenda, ids, journal, subscriptions, writeLine: parts.writeLine });
  const connections = new Connections({ clock, ids, journal });
  const jobs = new Jobs({
    clock,
    agenda,
    ids,
    journal,
    connections,
    prefixOf: (kind) => (kind === 'transactions' && contradictions.side(11) === 'A' ? 'TXN' : prefixes[kind]),
    listener: (job, at) => {
      if (job.state === 'completed' && job.kind === 'balance') connections.balanceRead(job.connection, at);
      announceJob({ webhooks, contradictions }, job, at);
    },
  });
  return {
    clock,
    agenda,
    ids,
    contradictions,
    merchants: new Merchants(),
    tokens: new Tokens(clock, parts.tokenLifetimes),
    people: new People({ clock, ids, journal }),
    connections,
    jobs,
    subscriptions,
    webhooks,
    widgetOrigin: parts.widgetOrigin,
  };
}

const prefixes: Readonly<Record<JobKind, string>> = { balance: 'REF', transactions: 'TRN', identity: 'IDT' };

const clockRow = z.object({ ahead: z.number() });
const startsRow = z.object({ count: z.number() });

/** A clock that was moved ahead stays ahead after a restart, or what fell due in between would be due again. */
function clockMemory(journal: Journal): { ahead: number; keep: (ahead: number) => void } {
  const ahead = clockRow.safeParse(journal.rows('clock').get('clock')).data?.ahead ?? 0;
  return { ahead, keep: (later) => journal.write('clock', 'clock', { ahead: later }) };
}

/** How many starts there were before this one: a seed must not give the ids of an earlier start again. */
function countStart(journal: Journal): number {
  const count = startsRow.safeParse(journal.rows('starts').get('starts')).data?.count ?? 0;
  journal.write('starts', 'starts', { count: count + 1 });
  return count;
}
