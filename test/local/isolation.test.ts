import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../lambdas/contract/routes.ts';
import type { SendOptions } from '../support/api-client.ts';
import type { Reply } from '../support/check-reply.ts';
import { testEnvironment } from './environment.ts';
import { asMerchant, merchants, type Merchant } from './merchants.ts';
import { aConnection, aPerson } from './people.ts';
import { changedRows, readRows } from './tables.ts';

const deployment = testEnvironment();

interface Ids {
  readonly user: string;
  readonly unverified: string;
  readonly connection: string;
  readonly job: string;
  readonly paused: string;
}
interface Request extends SendOptions {
  readonly path: string;
}

const unknown: Ids = {
  user: `usr_${'0'.repeat(32)}`,
  unverified: `usr_${'1'.repeat(32)}`,
  connection: '0'.repeat(32),
  job: `job_${'0'.repeat(32)}`,
  paused: `job_${'1'.repeat(32)}`,
};

/**
 * One or more requests per route that names somebody's thing, in its path, its query or its body. With the owner's key and ids each finds what it names.
 * A route of the contract that is missing here fails the first test.
 */
const cases: Readonly<Record<string, readonly ((ids: Ids) => Request)[]>> = {
  'get-health': [],
  'get-openapi': [],
  'explain-error': [],
  'create-user': [],
  'list-users': [],
  'verify-user': [({ unverified }) => ({ path: `/v1/users/${unverified}/verification`, body: { code: '000000' } })],
  'resend-code': [({ unverified }) => ({ path: `/v1/users/${unverified}/verification/resend` })],
  'change-user': [({ user }) => ({ path: `/v1/users/${user}`, body: { firstName: 'Janet' } })],
  'get-user': [({ user }) => ({ path: `/v1/users/${user}` }), ({ user }) => ({ path: `/v1/users/${user}?refresh=true` })],
  'issue-widget-token': [
    ({ user }) => ({ path: `/v1/users/${user}/widget-tokens`, body: { purpose: 'link' } }),
    ({ user, paused }) => ({ path: `/v1/users/${user}/widget-tokens`, body: { purpose: 'mfa', jobId: paused } }),
    ({ user, connection }) => ({ path: `/v1/users/${user}/widget-tokens`, body: { purpose: 'reconnect', connectionId: connection } }),
  ],
  'save-connections': [({ user, connection }) => ({ path: `/v1/users/${user}/connections`, body: { connectionId: connection } })],
  'list-connections': [({ user }) => ({ path: `/v1/connections?userId=${user}` })],
  'list-user-connections': [({ user }) => ({ path: `/v1/users/${user}/connections` })],
  'get-connection': [({ connection }) => ({ path: `/v1/connections/${connection}` })],
  'get-account-details': [({ connection }) => ({ path: `/v1/connections/${connection}/account` })],
  'check-connection': [({ connection }) => ({ path: `/v1/connections/${connection}/check` })],
  'list-bank-accounts': [({ user }) => ({ path: `/v1/users/${user}/bank-accounts` })],
  'link-bank-account': [({ user, connection }) => ({ path: `/v1/users/${user}/bank-accounts`, body: { connectionId: connection } })],
  'start-job': [({ connection }) => ({ path: `/v1/connections/${connection}/jobs`, body: { type: 'identity' } })],
  'get-job': [({ job }) => ({ path: `/v1/jobs/${job}` }), ({ paused }) => ({ path: `/v1/jobs/${paused}?waitSeconds=20` })],
  'list-jobs': [({ user }) => ({ path: `/v1/jobs?userId=${user}` })],
  'list-connection-jobs': [({ connection }) => ({ path: `/v1/connections/${connection}/jobs` })],
  'resume-job': [({ paused }) => ({ path: `/v1/jobs/${paused}/resume` })],
  'get-result': [({ job }) => ({ path: `/v1/jobs/${job}/result` })],
  'get-newest-balance': [({ connection }) => ({ path: `/v1/connections/${connection}/balance` })],
  'get-newest-transactions': [({ connection }) => ({ path: `/v1/connections/${connection}/transactions` })],
  'get-newest-identity': [({ connection }) => ({ path: `/v1/connections/${connection}/identity` })],
  'get-timeline': [({ job }) => ({ path: `/v1/jobs/${job}/timeline` })],
  'redrive-job': [({ job }) => ({ path: `/v1/jobs/${job}/redrive` })],
  'cancel-job': [({ paused }) => ({ path: `/v1/jobs/${paused}/cancel` })],
  'list-events': [],
  'receive-aerosync-webhook': [],
  // Last, because the owner's requests are made too, and none of the others finds anything after it.
  'delete-connection': [({ connection }) => ({ path: `/v1/connections/${connection}` })],
};

/** The thing of another merchant named together with one's own: only one of the two ids in the request is foreign. */
const mixed: readonly { readonly what: string; readonly method: string; readonly request: (own: Ids, named: Ids) => Request }[] = [
  { what: 'a widget for another merchant\'s job', method: 'POST', request: (own, { paused }) => ({ path: `/v1/users/${own.user}/widget-tokens`, body: { purpose: 'mfa', jobId: paused } }) },
  { what: 'a widget for another merchant\'s connection', method: 'POST', request: (own, { connection }) => ({ path: `/v1/users/${own.user}/widget-tokens`, body: { purpose: 'reconnect', connectionId: connection } }) },
  { what: 'another merchant\'s connection', method: 'POST', request: (own, { connection }) => ({ path: `/v1/users/${own.user}/connections`, body: { connectionId: connection } }) },
  { what: 'another merchant\'s connection among several', method: 'POST', request: (own, { connection }) => ({ path: `/v1/users/${own.user}/connections`, body: { accounts: [{ connectionId: connection }, { connectionId: own.connection }] } }) },
];

/** Everything of each merchant, by upstream's name of it. */
let idsOf: Readonly<Record<string, Ids>>;

/** A person with a connection whose jobs brought each kind of data, and with a job that waits for the person. */
async function everything(merchant: Merchant): Promise<Ids> {
  const { api, simulator } = asMerchant(deployment, merchant)();
  const { id, userId } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.1 });
  const jobs = [];
  for (const type of ['transactions', 'identity', 'balance']) jobs.push(await api.follow((await api.startJob(id, { type })).body.id));
  const { body: user } = await api.getUser(userId);
  const asking = await api.saveConnections(userId, await simulator.link({ scenario: 'mfa', jobSeconds: 0.1, aeroPassUserUuid: user.aeroPassUserUuid }));
  const paused = await api.follow((await api.startJob(asking.body.items[0]?.id ?? '', { type: 'balance' })).body.id);
  const { body: unverified } = await api.createUser(aPerson({ phoneNumber: merchant.name === 'one' ? '+12075550101' : '+12085550102' }));
  return { user: userId, unverified: unverified.id, connection: id, job: jobs[2]?.id ?? '', paused: paused.id };
}

beforeAll(async () => {
  idsOf = Object.fromEntries(await Promise.all(merchants.map(async (merchant) => [merchant.name, await everything(merchant)] as const)));
});
const idsOfMerchant = ({ name }: Merchant): Ids => idsOf[name] ?? unknown;

const methodOf = (name: string): string => routes.find((route) => route.name === name)?.method ?? 'GET';
const requests = Object.entries(cases).flatMap(([name, requestsOf]) => requestsOf.map((request, index) => ({ name, index, request })));
const comparable = ({ status, headers, problem, json }: Reply) => ({ status, type: headers.get('content-type'), retryAfter: headers.get('retry-after'), body: problem === undefined ? json : { ...problem, requestId: '' } });

describe('every route of the contract', () => {
  it('has its cases here', () => {
    expect(Object.keys(cases).sort()).toEqual(routes.map(({ name }) => name).sort());
    const withId = routes.filter(({ name, path }) => path.includes('{') && name !== 'receive-aerosync-webhook');
    expect(withId.filter(({ name }) => cases[name]?.length === 0).map(({ name }) => name)).toEqual([]);
  });
});

describe.each([
  { asker: merchants[0], owner: merchants[1] },
  { asker: merchants[1], owner: merchants[0] },
])('for a merchant on Aeropay $asker.aeropay, the id of one on $owner.aeropay answers exactly as one that does not exist', ({ asker, owner }) => {
  const environment = asMerchant(deployment, asker);
  const [mine, theirs] = [() => idsOfMerchant(asker), () => idsOfMerchant(owner)];

  it.each(requests)('$name, case $index', async ({ name, request }) => {
    const { api, simulator } = environment();
    const rows = await readRows(environment());
    const method = methodOf(name);

    const { path: foreignPath, ...foreign } = request(theirs());
    const foreignReply = await api.send(method, foreignPath, foreign);
    const { calls } = await simulator.calls();
    const { path: unknownPath, ...unknownOptions } = request(unknown);
    const unknownReply = await api.send(method, unknownPath, unknownOptions);

    expect(comparable(foreignReply)).toEqual(comparable(unknownReply));
    expect(foreignReply.status === 404 || JSON.stringify(foreignReply.json) === '{"items":[],"nextCursor":null}').toBe(true);
    expect(changedRows(rows, await readRows(environment()))).toEqual([]);
    expect(calls.filter((call) => call.path.includes(theirs().connection))).toEqual([]);
  });

  it.each(mixed)('$what beside one\'s own', async ({ method, request }) => {
    const { api } = environment();
    const ask = async (named: Ids) => {
      const { path, ...options } = request(mine(), named);
      const reply = comparable(await api.send(method, path, options));
      return JSON.parse(JSON.stringify(reply).replaceAll(named.connection, 'the id').replaceAll(/"checkedAt":"[^"]*"/g, '"checkedAt":""')) as unknown;
    };

    expect(await ask(theirs())).toEqual(await ask(unknown));
  });

  it('and a webhook for a merchant who does not exist is refused as one that is signed with another merchant\'s secret', async () => {
    const { client, endpoints } = environment();
    const body = JSON.stringify({ event: 'test.event', timestamp: Math.floor(Date.now() / 1000), data: {} });
    const headers = { 'content-type': 'application/json', 'x-webhook-signature': `sha256=${createHmac('sha256', endpoints.webhookSecret).update(body).digest('hex')}` };
    const deliver = async (merchantId: string) => comparable(await client().send('POST', `/webhooks/aerosync/${merchantId}`, { rawBody: body, headers }));

    expect((await deliver(endpoints.merchantId)).status).toBe(200);
    expect(await deliver(endpoints.otherMerchant.merchantId)).toEqual(await deliver(`mer_${'0'.repeat(32)}`));
  });
});

describe.each(merchants)('while the owner on Aeropay $aeropay', (owner) => {
  it('gets another answer to each: the cases above could fail', async () => {
    const { api } = asMerchant(deployment, owner)();
    const same = [];
    for (const { name, index, request } of requests) {
      const ask = async (ids: Ids) => {
        const { path, ...options } = request(ids);
        return comparable(await api.send(methodOf(name), path, options));
      };
      if (JSON.stringify(await ask(idsOfMerchant(owner))) === JSON.stringify(await ask(unknown))) same.push(`${name}, case ${index}`);
    }
    expect(same).toEqual([]);
  });
});

const scoped = routes.filter(({ scope }) => scope !== null);
const ids = () => idsOfMerchant(merchants[0]);
const pathOf = (path: string): string => path.replace('{userId}', ids().user).replace('{connectionId}', ids().connection).replace('{jobId}', ids().job);

// Keys and scopes are judged by the authorizer, which knows nothing of Aeropay.
describe('a route with a scope', () => {
  it.each(scoped)('$method $path is forbidden to a key that has none', async ({ method, path, scope }) => {
    const { client, endpoints } = deployment();

    const reply = await client(endpoints.noScopeKey).send(method, pathOf(path), method === 'POST' ? { body: {} } : {});

    expect(reply.status).toBe(403);
    expect(reply.problem).toMatchObject({ code: 'Forbidden', nextAction: 'check_credentials' });
    expect(reply.problem?.detail).toContain(scope);
  });

  it.each(scoped)('$method $path asks for a key, and takes no other than it knows', async ({ method, path }) => {
    const { client, endpoints } = deployment();
    const ask = async (authorization?: string) => (await client().send(method, pathOf(path), { ...(authorization !== undefined && { headers: { authorization } }), ...(method === 'POST' && { body: {} }) })).status;
    const { apiKey } = endpoints;

    expect(await ask()).toBe(401);
    expect(await Promise.all([`Bearer ${apiKey.slice(0, -1)}`, `Bearer ${apiKey}x`, 'Bearer', apiKey, `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`].map(ask))).toEqual([403, 403, 403, 403, 403]);
  });

  it('answers 401 and 403 without saying anything of the thing behind it', async () => {
    const { client, endpoints } = deployment();
    const keyless = client();
    const forbidden = client(endpoints.noScopeKey);
    const existing = [await keyless.send('GET', `/v1/users/${ids().user}`), await forbidden.send('GET', `/v1/users/${ids().user}`)].map(comparable);
    const missing = [await keyless.send('GET', `/v1/users/${unknown.user}`), await forbidden.send('GET', `/v1/users/${unknown.user}`)].map(comparable);

    expect(existing).toEqual(missing);
  });
});
