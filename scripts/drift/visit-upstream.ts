import { jobTypes, type JobType } from '../../lambdas/domain/job.ts';
import type { Person } from '../../lambdas/domain/user.ts';
import type { Sleep, UpstreamPerson } from '../../lambdas/ports.ts';
import { adaptersAt, sandboxMerchant, type Adapters } from './adapters-at.ts';
import type { Sandbox } from './read-sandbox.ts';
import { Recorder, type Observation } from './recorder.ts';

/** Passes every code of a sandbox (aerosync-api.md §3.7). */
export const sandboxCode = '000000';

export interface VisitOptions {
  readonly sleep: Sleep;
  /** Between two looks at a job; upstream asks for two to three seconds. */
  readonly lookEveryMs: number;
}

/** Upstream asks to stop after this many looks at a job. */
const looksAtMost = 30;
const apis = ['v2', 'v1.1'] as const;

/**
 * Makes every call of aerobridge's at one upstream, by aerobridge's own adapters, and observes the replies.
 * Left out: the link of a bank account to Aeropay, since upstream counts those and never forgets one; what needs a linked bank, where there is none.
 */
export async function visitUpstream(sandbox: Sandbox, options: VisitOptions): Promise<Observation[]> {
  const recorder = new Recorder();
  for (const api of apis) await visitAeropay(recorder, sandbox, api);
  await visitAerosync(recorder, sandbox, options);
  return recorder.observations();
}

async function visitAeropay(recorder: Recorder, sandbox: Sandbox, api: (typeof apis)[number]): Promise<void> {
  const { aeropay } = adaptersAt(sandbox, { aeropayApi: api }, (base) => recorder.fetchBelow(base));
  const stranger = adaptersAt(withWrongSecrets(sandbox), { aeropayApi: api }, (base) => recorder.fetchBelow(base));
  const jane = janeAt(sandbox);

  await recorder.step(`${api}, wrong secret`, () => stranger.aeropay.create(sandboxMerchant, jane));
  await recorder.step(`${api}, foreign phone`, () => aeropay.create(sandboxMerchant, { ...jane, phoneNumber: '+657185550134' }));
  await madeKnown(sandbox, api, jane);
  const created = await recorder.step(`${api}, known person`, () => aeropay.create(sandboxMerchant, jane));
  if (created === undefined) return;
  const confirmed = created.verification === null ? created : await visitConfirmation(recorder, aeropay, api, created);
  const person: UpstreamPerson = { upstreamUserId: created.upstreamUserId, aeroPassUserUuid: confirmed?.aeroPassUserUuid ?? created.aeroPassUserUuid };
  await recorder.step(`${api}, profile`, () => aeropay.read(sandboxMerchant, person));
  await recorder.step(`${api}, bank accounts`, () => aeropay.list(sandboxMerchant, person));
  await recorder.step(`${api}, widget token`, () => aeropay.mintToken(sandboxMerchant, { ...person, aeroPassUserUuid: person.aeroPassUserUuid ?? person.upstreamUserId }));
}

async function visitConfirmation(recorder: Recorder, aeropay: Adapters['aeropay'], api: (typeof apis)[number], person: UpstreamPerson) {
  await recorder.step(`${api}, wrong code`, () => aeropay.confirm(sandboxMerchant, person, '999999'));
  return recorder.step(`${api}, right code`, () => aeropay.confirm(sandboxMerchant, person, sandboxCode));
}

/** A person who is new on one side and known on the other would differ in everything: nobody looks at the first create. */
async function madeKnown(sandbox: Sandbox, aeropayApi: (typeof apis)[number], jane: Person): Promise<void> {
  await new Recorder().step('first', () => adaptersAt(sandbox, { aeropayApi }).aeropay.create(sandboxMerchant, jane));
}

async function visitAerosync(recorder: Recorder, sandbox: Sandbox, options: VisitOptions): Promise<void> {
  const adapters = adaptersAt(sandbox, {}, (base) => recorder.fetchBelow(base));
  const stranger = adaptersAt(withWrongSecrets(sandbox), {}, (base) => recorder.fetchBelow(base));
  const nobodys = '0'.repeat(32);
  await recorder.step('wrong secret', () => stranger.accounts.read(sandboxMerchant, nobodys));
  await recorder.step('unknown connection', () => adapters.accounts.read(sandboxMerchant, nobodys));
  const person = await personOf(sandbox);
  if (person !== undefined) await recorder.step('widget token', () => adapters.widget.mintToken(sandboxMerchant, person));
  const { connectionId } = sandbox;
  if (connectionId === undefined) return;
  await recorder.step('account', () => adapters.accounts.read(sandboxMerchant, connectionId));
  for (const type of jobTypes) await visitJob(recorder, adapters, connectionId, type, options);
}

/** Whose widget token is asked for: the person of the visit to Aeropay, found again without being observed twice. */
async function personOf(sandbox: Sandbox): Promise<(UpstreamPerson & { readonly aeroPassUserUuid: string }) | undefined> {
  const { aeropay } = adaptersAt(sandbox);
  const jane = janeAt(sandbox);
  return new Recorder().step('found again', async () => {
    const created = await aeropay.create(sandboxMerchant, jane);
    if (created.verification !== null) await aeropay.confirm(sandboxMerchant, created, sandboxCode);
    return { upstreamUserId: created.upstreamUserId, aeroPassUserUuid: created.aeroPassUserUuid ?? created.upstreamUserId };
  });
}

async function visitJob(recorder: Recorder, { jobs }: Adapters, connectionId: string, type: JobType, { sleep, lookEveryMs }: VisitOptions): Promise<void> {
  const created = await recorder.step(`${type} job`, () => jobs.create(sandboxMerchant, connectionId, type, null));
  if (created === undefined) return;
  for (let looks = 0; looks < looksAtMost; looks++) {
    const seen = await recorder.step(`${type} job, its end`, () => jobs.readState(sandboxMerchant, connectionId, created.upstreamJobId));
    if (seen?.state !== 'processing') break;
    await sleep(lookEveryMs);
  }
  await recorder.step(`${type} data`, () => jobs.readData(sandboxMerchant, connectionId, created.upstreamJobId, type, null));
}

/** Invented, but for the phone. */
function janeAt({ phoneNumber }: Sandbox): Person {
  return { firstName: 'Jane', lastName: 'Doe', phoneNumber, email: 'jane.doe@example.com' };
}

function withWrongSecrets(sandbox: Sandbox): Sandbox {
  const { aeropay, aerosync } = sandbox.credentials;
  const apiSecret = 'not-the-secret';
  return { ...sandbox, credentials: { aeropay: { ...aeropay, apiSecret }, aerosync: { ...aerosync, apiSecret } } };
}
