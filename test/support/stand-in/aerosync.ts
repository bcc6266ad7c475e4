import { randomBytes, randomUUID } from 'node:crypto';
import type { StandInCall, StandInReply, StandInRoute } from './http-server.ts';
import type { Tokens } from './tokens.ts';

export type StandInJobState = 'initiated' | 'in_progress' | 'Pending MFA' | 'completed' | 'failed';
/** Which of upstream's three jobs. */
export type StandInJobKind = 'balance' | 'transaction' | 'identity';

/** What a linked bank does with jobs. */
export interface StandInBank {
  /** How long a job works, and works on after an answer. */
  readonly jobSeconds: number;
  /** Whether every job stops once to ask the person. */
  readonly asks: boolean;
  /** How every job ends. */
  readonly ends: 'completed' | 'failed';
}

/** The person's data at the bank, each value easy to find again wherever it should not be. */
export const bankData = {
  accountNumber: '70420000918273645',
  routingNumber: '021000089',
  holder: 'Ottilie Kanarienvogel',
  email: 'ottilie.at.the.bank@canary.example',
  phone: '415-555-0199',
  address: '1 Birdcage Walk, Springfield, IL 62704',
  available: '3124.25',
} as const;

/** Amounts as they stand in upstream's replies, and what each is in cents. */
export const bankTransactions = [
  { date: '2026-10-02', type: 'DEBIT', written: -39.76, minor: 3976, ours: 'debit' },
  { date: '2026-10-01T12:00:00Z', type: 'credit', written: '1200.10', minor: 120010, ours: 'credit' },
  { date: '2026-09-30 08:15:00', type: 'Debit', written: 0.29, minor: 29, ours: 'debit' },
] as const;

interface StandInConnection {
  /** As 32 hex digits. */
  readonly id: string;
  readonly uuid: string;
  readonly bank: StandInBank;
}

interface StandInJob {
  readonly id: string;
  readonly kind: StandInJobKind;
  readonly connection: StandInConnection;
  state: StandInJobState;
}

/** What of the reference's alternatives Aerosync speaks here. */
export interface AerosyncForms {
  /**
   * As the newer pages do, or terse: connections are known by their dashed form only, a job's state stands in `status`, ids in snake case, codes in the
   * words of an error, and transactions are asked for by their days.
   */
  readonly writing: 'newer' | 'terse';
}

export interface AerosyncSettings {
  readonly forms: AerosyncForms;
  readonly tokens: Tokens;
  /** Whether upstream knows these credentials. */
  readonly takes: (apiKey: unknown, apiSecret: unknown) => boolean;
  readonly knowsPerson: (aeroPassUserUuid: string) => boolean;
  readonly onState: (event: { kind: StandInJobKind; jobId: string; connectionId: string; status: string }) => void;
}

export interface Aerosync {
  readonly routes: readonly StandInRoute[];
  /** The person linked a bank in the widget: the onSuccess payload. */
  readonly link: (aeroPassUserUuid: string, bank: StandInBank) => { connectionId: string; clientName: string; aeroPassUserUuid: string };
  /** The person answered the bank's question in the widget. */
  readonly answer: (jobId: string) => void;
  /** Stops every job where it is. */
  readonly close: () => void;
}

const kinds = { refresh: 'balance', transactions: 'transaction', identity: 'identity' } as const satisfies Record<string, StandInJobKind>;
/** The reference contradicts itself about prefixes; an integration must not read them. */
const prefixes = { balance: 'IDT', transaction: 'TXN', identity: 'REF' } as const;

/** Aerosync v2 as docs-integration-flow.txt tells it, with the forms that the simulator does not choose. */
export function aerosync({ forms, tokens, takes, knowsPerson, onState }: AerosyncSettings): Aerosync {
  const isTerse = forms.writing === 'terse';
  const refusal = isTerse ? tersely : inFull;
  const connections = new Map<string, StandInConnection>();
  const jobs = new Map<string, StandInJob>();
  const timers = new Set<NodeJS.Timeout>();

  const withConnection = (run: (connection: StandInConnection, call: StandInCall) => StandInReply) => (call: StandInCall): StandInReply => {
    if (!tokens.isGood(call.bearer, 'api')) return refusal(403, 'AC-001', 'Invalid API key and secret.');
    const asked = call.params['connection'] ?? '';
    const connection = connections.get(plain(asked));
    return connection === undefined || (isTerse && asked !== dashed(connection.id)) ? refusal(404, 'AC-102', 'User not found') : run(connection, call);
  };
  const move = (job: StandInJob, state: StandInJobState): void => {
    job.state = state;
    if (state !== 'in_progress') onState({ kind: job.kind, jobId: job.id, connectionId: dashed(job.connection.id), status: state === 'Pending MFA' ? 'pending_mfa' : state });
  };
  const later = (seconds: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, seconds * 1000);
    timers.add(timer);
  };

  const token = ({ body }: StandInCall): StandInReply =>
    takes(body['apiKey'], body['apiSecret'])
      ? { status: 200, body: { status: 'success', statusCode: '200', TTL: 1800, token: tokens.mint('api'), scope: 'data' } }
      : refusal(401, 'AC-101', 'Invalid key and secret');
  const widgetToken = ({ body }: StandInCall): StandInReply => {
    if (!takes(body['apiKey'], body['apiSecret'])) return refusal(401, 'AC-101', 'Invalid key and secret');
    if (!(typeof body['aeroPassUserUuid'] === 'string' && knowsPerson(body['aeroPassUserUuid']))) return refusal(400, 'AC-100', 'aeroPassUserUuid is not valid');
    return { status: 200, body: { status: 'success', statusCode: 200, token: tokens.mint('widget'), userId: 4711, TTL: '900' } };
  };

  const account = withConnection(({ id }) => ({
    status: 200,
    body: {
      status: 'success',
      statusCode: '200',
      account: {
        accountNickname: 'Everyday',
        accountNumber: bankData.accountNumber,
        routingNumber: bankData.routingNumber,
        accountNumberDisplay: `x${bankData.accountNumber.slice(-4)}`,
        accountType: 'Checking',
        bankName: 'Second Bank',
        canFetchBalance: 1,
        connectionMethod: '2',
        connectionStatus: 'Active',
        connectionExpiry: '2027-01-02T15:47:48.123456+00:00',
        ownershipType: 'joint',
      },
      userId: dashed(id),
    },
  }));

  const create = withConnection((connection, { params }) => {
    const kind = kinds[params['path'] as keyof typeof kinds];
    if ([...jobs.values()].some((job) => job.connection === connection && ['initiated', 'in_progress', 'Pending MFA'].includes(job.state))) {
      return refusal(409, 'AC-112', 'Another job is running');
    }
    const { jobSeconds, asks, ends } = connection.bank;
    const job: StandInJob = { id: `${prefixes[kind]}-${randomBytes(16).toString('hex')}`, kind, connection, state: 'initiated' };
    jobs.set(job.id, job);
    move(job, 'initiated');
    later(jobSeconds / 2, () => move(job, 'in_progress'));
    later(jobSeconds, () => move(job, asks ? 'Pending MFA' : ends));
    if (isTerse) return { status: 202, body: { status: 'Initiated', job_id: job.id } };
    return { status: 201, body: { status: 'success', statusCode: 201, identityStatus: 'Initiated', jobId: job.id, userId: dashed(connection.id), queue: 7 } };
  });

  const status = withConnection((connection, { params }) => {
    const job = jobs.get(params['job'] ?? '');
    if (job?.connection !== connection) return refusal(404, 'AC-102', 'Job not found');
    if (isTerse) return { status: 200, body: { status: job.state.replaceAll(/[ _]/g, ''), mfaTriggered: null, job_id: job.id } };
    return {
      status: 200,
      body: { status: 'success', statusCode: 200, jobStatus: job.state, mfaTriggered: job.state === 'Pending MFA', jobId: job.id, userId: dashed(connection.id), attempt: 1 },
    };
  });

  const balance = withConnection(({ id }) => ({
    status: 200,
    body: {
      status: 'success',
      statusCode: 200,
      account: { availableBalance: bankData.available, currentBalance: 4000, lastRefreshTimeStamp: '2026-10-03 18:07:25.815355', currency: 'USD', userId: dashed(id), overdraft: 0 },
    },
  }));
  const transactions = withConnection((connection, { query }) => {
    const job = jobs.get(query.get('job_id') ?? '');
    if (isTerse && (query.get('start_date') === null || query.get('end_date') === null)) return refusal(400, 'AC-100', 'start_date is missing');
    if (!isTerse && (job?.connection !== connection || job.state !== 'completed')) return refusal(400, 'AC-100', 'job_id is not valid');
    return {
      status: 200,
      body: {
        status: 'success',
        statusCode: 200,
        transactions: bankTransactions.map(({ date, type, written }, index) => ({ id: index + 1, type, date, amount: written, currency: 'usd', description: `Payment ${index + 1}`, pending: false })),
      },
    };
  });
  const identity = withConnection(({ id }) => ({
    status: 200,
    body: { status: 'success', statusCode: 200, identity: { accountHolderName: bankData.holder, address: bankData.address, email: bankData.email, phone: bankData.phone, userId: dashed(id), verified: true } },
  }));

  const under = (path: string) => new RegExp(`^/v2/accounts/(?<connection>[^/]+)${path}$`);
  return {
    routes: [
      { method: 'POST', path: /^\/v2\/token$/, run: token },
      { method: 'POST', path: /^\/v2\/token_widget$/, run: widgetToken },
      { method: 'GET', path: under(''), run: account },
      { method: 'POST', path: under('/(?<path>refresh|transactions|identity)'), run: create },
      { method: 'GET', path: under('/job/(?<job>[^/]+)'), run: status },
      { method: 'GET', path: under('/balance'), run: balance },
      { method: 'GET', path: under('/transactions'), run: transactions },
      { method: 'GET', path: under('/identity'), run: identity },
    ],
    link(aeroPassUserUuid, bank) {
      const connection: StandInConnection = { id: plain(randomUUID()), uuid: aeroPassUserUuid, bank };
      connections.set(connection.id, connection);
      return { connectionId: dashed(connection.id).toUpperCase(), clientName: 'stand-in', aeroPassUserUuid };
    },
    answer(jobId) {
      const job = jobs.get(jobId);
      if (job?.state !== 'Pending MFA') throw new Error(`no job ${jobId} asks anything`);
      move(job, 'in_progress');
      later(job.connection.bank.jobSeconds, () => move(job, job.connection.bank.ends));
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

function tersely(status: number, code: string, message: string): StandInReply {
  return { status, body: { status: 'failed', error: `${code}: ${message}` } };
}

function inFull(status: number, code: string, message: string): StandInReply {
  return { status, body: { status: 'failed', statusCode: status, error: { code, message, traceId: randomUUID() } } };
}

function plain(connectionId: string): string {
  return connectionId.replaceAll('-', '').toLowerCase();
}

function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
