import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { buildFunctions } from './build.ts';
import { startLocalEnvironment, type Endpoints } from './local-environment.ts';
import { synthesise } from './synth.ts';

/** A phone number that the simulator knows from another merchant: the person gets a one-time code by SMS. */
const networkUserPhone = '+13125550101';
const oneTimeCode = '000000';

const identified = z.looseObject({ id: z.string() });
const userReply = identified.extend({ status: z.string(), aeroPassUserUuid: z.string().nullable(), verification: z.looseObject({ destination: z.string() }).nullable() });
const tokenReply = z.looseObject({ token: z.string(), expiresAt: z.string(), widget: z.looseObject({ environment: z.string(), handleMFA: z.boolean(), jobId: z.string().optional() }) });
const savedReply = z.looseObject({ items: z.array(identified.extend({ institution: z.looseObject({ name: z.string().nullable() }) })).min(1) });
const accountReply = z.looseObject({ accountNumber: z.string(), routingNumber: z.string(), accountType: z.string() });
const jobReply = identified.extend({ status: z.string(), upstreamJobId: z.string().nullable(), resultUrl: z.string().nullable() });
const money = z.looseObject({ amountMinor: z.number(), currency: z.string() });
const balanceReply = z.looseObject({ available: money.nullable(), asOf: z.string() });
const transactionsReply = z.looseObject({ items: z.array(z.looseObject({ date: z.string().nullable(), type: z.string(), amount: money.nullable(), description: z.string().nullable() })), nextCursor: z.string().nullable() });
const identityReply = z.looseObject({ accountHolderName: z.string().nullable() });
const callsReply = z.looseObject({ calls: z.array(z.looseObject({ call: z.string(), status: z.number() })) });

/** Goes through the integration flow of Aeropay's documentation, steps 1 to 12, over HTTP, as a merchant's app would. */
async function demo(endpoints: Endpoints, simulatorUrl: string): Promise<void> {
  const app = client(endpoints.apiUrl, endpoints.apiKey);
  const person = client(simulatorUrl);

  const created = await app('POST', '/v1/users', userReply, {
    externalId: 'customer-1001', firstName: 'Jane', lastName: 'Doe', phoneNumber: networkUserPhone, email: 'jane@example.com',
  });
  const { calls } = await person('GET', '/sim/calls', callsReply);
  step(1, 'Aeropay token', `fetched by the backend: ${calls.map(({ call, status }) => `${call} → ${status}`).join(', ')}`);
  step(2, 'AeroPass user', `${created.id}, ${created.status}, code sent to ${created.verification?.destination ?? 'nobody'}`);
  const user = await app('POST', `/v1/users/${created.id}/verification`, userReply, { code: oneTimeCode });
  say(`code confirmed: ${user.status}, aeroPassUserUuid ${user.aeroPassUserUuid ?? ''}`);

  const link = await app('POST', `/v1/users/${user.id}/widget-tokens`, tokenReply, { purpose: 'link' });
  step(3, 'Widget token', `${masked(link.token)}, until ${link.expiresAt}`);
  step(4, 'Token to the frontend', 'the merchant app hands `widget` to its page');
  step(5, 'Widget launched', `environment ${link.widget.environment}, handleMFA ${link.widget.handleMFA}`);

  const onSuccess = await person('POST', '/sim/connections', z.looseObject({ connectionId: z.string() }), { scenario: 'mfa', aeroPassUserUuid: user.aeroPassUserUuid });
  step(6, 'Person at the bank', 'the simulator stands in for the widget and the bank');
  const saved = await app('POST', `/v1/users/${user.id}/connections`, savedReply, onSuccess);
  const [connection] = saved.items;
  if (connection === undefined) throw new Error('nothing was saved');
  step(7, 'onSuccess saved', `connection ${connection.id} at ${connection.institution.name ?? 'a bank'}`);

  const account = await app('GET', `/v1/connections/${connection.id}/account`, accountReply);
  step(8, 'Account details', `${account.accountType} account ${masked(account.accountNumber)}, routing ${masked(account.routingNumber)}, read live and never stored`);

  for (const type of ['balance', 'transactions', 'identity']) {
    const started = await app('POST', `/v1/connections/${connection.id}/jobs`, jobReply, { type });
    step(9, `Job: ${type}`, `${started.id}, ${started.status}`);
    const waiting = await untilChanged(app, started.id);
    step(10, 'Job followed', `${waiting.status}: the bank asks the person`);
    const mfa = await app('POST', `/v1/users/${user.id}/widget-tokens`, tokenReply, { purpose: 'mfa', jobId: started.id });
    await person('POST', `/sim/jobs/${waiting.upstreamJobId ?? ''}/mfa`, z.unknown(), {});
    const resumed = await app('POST', `/v1/jobs/${started.id}/resume`, jobReply);
    step(11, 'Question answered', `widget token ${masked(mfa.token)} for upstream job ${mfa.widget.jobId ?? ''}; resumed: ${resumed.status}`);
    const done = await untilChanged(app, started.id);
    if (done.status !== 'completed' || done.resultUrl === null) throw new Error(`the job ended as ${done.status}`);
    step(12, 'Data', await dataOf(app, type, done.resultUrl));
  }
}

type Client = ReturnType<typeof client>;

/** Follows a job by long poll until it ends or asks for the person. */
async function untilChanged(app: Client, jobId: string): Promise<z.infer<typeof jobReply>> {
  for (let turn = 0; turn < 20; turn++) {
    const job = await app('GET', `/v1/jobs/${jobId}?waitSeconds=20`, jobReply);
    if (!['queued', 'running', 'fetching'].includes(job.status)) return job;
  }
  throw new Error('the job neither ended nor asked for the person');
}

async function dataOf(app: Client, type: string, resultUrl: string): Promise<string> {
  if (type === 'balance') {
    const { available, asOf } = await app('GET', resultUrl, balanceReply);
    return `available ${inMoney(available)} as of ${asOf}`;
  }
  if (type === 'identity') return `account holder ${masked((await app('GET', resultUrl, identityReply)).accountHolderName ?? '')}`;
  const { items, nextCursor } = await app('GET', `${resultUrl}?limit=3`, transactionsReply);
  const lines = items.map(({ date, type: direction, amount, description }) => `\n        ${date ?? ''}  ${direction.padEnd(6)} ${inMoney(amount).padStart(12)}  ${description ?? ''}`);
  return `the first ${items.length}${nextCursor === null ? '' : ', more behind a cursor'}${lines.join('')}`;
}

function client(baseUrl: string, apiKey?: string) {
  return async <S extends z.ZodType>(method: 'GET' | 'POST', route: string, reply: S, body?: object): Promise<z.output<S>> => {
    const response = await fetch(`${baseUrl}${route}`, {
      method,
      headers: { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route.split('?')[0] ?? ''} answered ${response.status}: ${text.slice(0, 500)}`);
    return reply.parse(JSON.parse(text));
  };
}

function step(number: number, title: string, text: string): void {
  console.log(`${String(number).padStart(4)}  ${title.padEnd(22)} ${text}`);
}
function say(text: string): void {
  console.log(`${' '.repeat(29)}${text}`);
}
function masked(text: string): string {
  return text.length <= 8 ? `${text.slice(0, 1)}•••` : `${text.slice(0, 4)}•••${text.slice(-4)}`;
}
function inMoney(amount: z.infer<typeof money> | null): string {
  return amount === null ? 'unknown' : `${(amount.amountMinor / 100).toFixed(2)} ${amount.currency}`;
}

const folder = await mkdtemp(path.join(tmpdir(), 'aerobridge-demo-'));
try {
  const assembly = path.join(folder, 'cdk.out');
  const bundles = path.join(folder, 'functions');
  await buildFunctions({ outdir: bundles });
  await synthesise({ stage: 'dev', outdir: assembly, bundles, validate: false });
  const environment = await startLocalEnvironment({ assembly, port: 0, simulatorPort: 0, folder });
  try {
    await demo(environment.endpoints, environment.endpoints.simulatorUrl ?? '');
    console.log('\nAll 12 steps are done.');
  } finally {
    await environment.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
