import { beforeAll, describe, expect, it } from 'vitest';
import type { SendOptions } from '../support/api-client.ts';
import type { Job } from '../support/api-shapes.ts';
import { testEnvironment, type TestEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection, aPerson, aUser } from './people.ts';
import { changedRows, readRows } from './tables.ts';

const environment = testEnvironment();

/** One person, one connection that may not fetch balances, one that may, and on it a job that has ended. */
interface Ids {
  readonly user: string;
  readonly connection: string;
  readonly manual: string;
  readonly unconfirmed: string;
  readonly job: Job;
}
async function everything({ api, simulator }: TestEnvironment, unconfirmedPhone: string): Promise<Ids> {
  const connection = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.1 });
  const manual = await aConnection(api, simulator, { scenario: 'manual' });
  const { body: unconfirmed } = await api.createUser(aPerson({ phoneNumber: unconfirmedPhone }));
  const { body: started } = await api.startJob(connection.id, { type: 'balance' });
  return { user: connection.userId, connection: connection.id, manual: manual.id, unconfirmed: unconfirmed.id, job: await api.follow(started.id) };
}

let ids: Ids;
beforeAll(async () => {
  ids = await everything(environment(), '+12065550101');
});

const paths = {
  users: () => '/v1/users',
  verification: () => `/v1/users/${ids.unconfirmed}/verification`,
  widgetTokens: () => `/v1/users/${ids.user}/widget-tokens`,
  connections: () => `/v1/users/${ids.user}/connections`,
  jobs: () => `/v1/connections/${ids.connection}/jobs`,
  resume: () => `/v1/jobs/${ids.job.id}/resume`,
} as const;
const everyPost = Object.keys(paths) as (keyof typeof paths)[];

/** The code of the table, nothing stored, nothing asked upstream. */
async function refusedWithoutTrace(code: string, method: string, path: string, options: SendOptions = {}, { api, simulator } = environment()) {
  const [rows, calls] = [await readRows(environment()), await simulator.calls()];
  const problem = await api.refused(code, method, path, options);
  expect(changedRows(rows, await readRows(environment()))).toEqual([]);
  expect((await simulator.calls()).total).toBe(calls.total);
  return problem;
}
const pathsOf = (problem: { errors?: readonly { path: string }[] | undefined }) => problem.errors?.map(({ path }) => path);

describe.each(everyPost)('a body for %s', (route) => {
  const path = () => paths[route]();

  it.each([
    ['that is no JSON', '{"type": "bal'],
    ['that is JSON with something behind it', '{} {}'],
    ['with a comment', '{} // nothing'],
  ])('%s is refused with one error whose path is empty', async (_what, rawBody) => {
    const problem = await refusedWithoutTrace('InvalidRequest', 'POST', path(), { rawBody, headers: { 'content-type': 'application/json' } });
    expect(pathsOf(problem)).toEqual(['']);
  });

  it('that is not UTF-8 is refused', async () => {
    const rawBody = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    expect(pathsOf(await refusedWithoutTrace('InvalidRequest', 'POST', path(), { rawBody }))).toEqual(['']);
    await refusedWithoutTrace('InvalidRequest', 'POST', path(), { rawBody, headers: { 'content-type': 'application/json' } });
  });

  it.each([['text', '"text"'], ['a list', '[]'], ['a number', '7'], ['null', 'null']])('that is %s instead of an object is refused', async (_what, rawBody) => {
    await refusedWithoutTrace('InvalidRequest', 'POST', path(), { rawBody, headers: { 'content-type': 'application/json' } });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/problem+json', 'application/json; charset=utf-16'])('as %s is refused', async (contentType) => {
    await refusedWithoutTrace('UnsupportedMediaType', 'POST', path(), { rawBody: '{}', headers: { 'content-type': contentType } });
  });

  it('of more than 256 KiB is refused', async () => {
    await refusedWithoutTrace('PayloadTooLarge', 'POST', path(), { rawBody: `{"a":"${'x'.repeat(256 * 1024)}"}`, headers: { 'content-type': 'application/json' } });
  });

  it('that nests a thousand levels deep is refused', async () => {
    await refusedWithoutTrace('InvalidRequest', 'POST', path(), { rawBody: `{"accounts":${'['.repeat(1000)}${']'.repeat(1000)}}`, headers: { 'content-type': 'application/json' } });
  });
});

const person = aPerson();
const nobodys = '0'.repeat(32);
describe('a field that does not fit is named by its path, never by its value', () => {
  it.each<[keyof typeof paths, string, unknown, string[]]>([
    ['users', 'missing fields', {}, ['externalId', 'firstName', 'lastName', 'phoneNumber', 'email']],
    ['users', 'an unknown field', { ...person, merchantId: 'mer_1' }, ['merchantId']],
    ['users', 'wrong types', { ...person, firstName: 7, email: null }, ['firstName', 'email']],
    ['users', 'a phone number without +1', { ...person, phoneNumber: '2024440000' }, ['phoneNumber']],
    ['users', 'a phone number of eleven digits', { ...person, phoneNumber: '+120244400001' }, ['phoneNumber']],
    ['users', 'an external id with a space', { ...person, externalId: 'a b' }, ['externalId']],
    ['users', 'an external id of 129 characters', { ...person, externalId: 'x'.repeat(129) }, ['externalId']],
    ['users', 'an e-mail address that is none', { ...person, email: 'jane' }, ['email']],
    ['users', 'an empty name', { ...person, lastName: ' ' }, ['lastName']],
    ['verification', 'a code that is a number', { code: 123456 }, ['code']],
    ['verification', 'a code of three digits', { code: '123' }, ['code']],
    ['verification', 'a code of nine digits', { code: '123456789' }, ['code']],
    ['verification', 'a code with letters', { code: '12a456' }, ['code']],
    ['verification', 'more than the code', { code: '000000', userId: 'usr_1' }, ['userId']],
    ['widgetTokens', 'no purpose', {}, ['purpose']],
    ['widgetTokens', 'another purpose', { purpose: 'pay' }, ['purpose']],
    ['widgetTokens', 'mfa without a job', { purpose: 'mfa' }, ['jobId']],
    ['widgetTokens', 'reconnect without a connection', { purpose: 'reconnect' }, ['connectionId']],
    ['widgetTokens', 'a connection that is no id', { purpose: 'reconnect', connectionId: 'x' }, ['connectionId']],
    ['widgetTokens', 'another platform', { purpose: 'link', platform: 'windows' }, ['platform']],
    ['widgetTokens', 'an unknown field', { purpose: 'link', token: 'x' }, ['token']],
    ['widgetTokens', 'a deep link that is not registered', { purpose: 'link', deeplink: 'https://example.com' }, ['deeplink']],
    ['connections', 'no accounts', { accounts: [] }, ['accounts']],
    ['connections', '21 accounts', { accounts: Array.from({ length: 21 }, () => ({ connectionId: nobodys })) }, ['accounts']],
    ['connections', 'an id that is none', { connectionId: '../../secrets' }, ['connectionId']],
    ['connections', 'an account without an id', { accounts: [{ connectionId: nobodys }, { accountType: 'CHECKING' }] }, ['accounts.1.connectionId']],
    ['jobs', 'another type', { type: 'payments' }, ['type']],
    ['jobs', 'dates of a balance', { type: 'balance', startDate: '2026-01-01' }, ['startDate']],
    ['jobs', 'a start after the end', { type: 'transactions', startDate: '2026-02-01', endDate: '2026-01-01' }, ['startDate']],
    ['jobs', 'a day that does not exist', { type: 'transactions', startDate: '2026-02-30' }, ['startDate']],
    ['jobs', 'a day in another form', { type: 'transactions', endDate: '01.02.2026' }, ['endDate']],
    ['jobs', 'a reference of 129 characters', { type: 'balance', reference: 'x'.repeat(129) }, ['reference']],
    ['jobs', 'an unknown field', { type: 'balance', attempts: 3 }, ['attempts']],
    ['resume', 'an answer to the bank', { answer: 'correct' }, ['answer']],
  ])('%s: %s', async (route, _what, body, expected) => {
    const problem = await refusedWithoutTrace('InvalidRequest', 'POST', paths[route](), { body });
    expect(pathsOf(problem)?.sort()).toEqual(expected.sort());
    expect(JSON.stringify(problem)).not.toMatch(/jane|2024440000|secrets|windows|correct/);
  });

  it('a start date after today, which ends before it begins', async () => {
    const problem = await refusedWithoutTrace('InvalidRequest', 'POST', paths.jobs(), { body: { type: 'transactions', startDate: '2999-01-01' } });
    expect(pathsOf(problem)).toEqual(['startDate']);
  });

  it.each([
    ['/v1/users?limit=0', 'limit'], ['/v1/users?limit=501', 'limit'], ['/v1/users?limit=1e2', 'limit'], ['/v1/users?limit=', 'limit'], ['/v1/users?limit=1&limit=2', 'limit'],
    ['/v1/users?cursor=nonsense', 'cursor'], ['/v1/users?email=jane@example.com', 'email'], ['/v1/users?externalId=a%20b', 'externalId'],
    ['/v1/connections?status=broken', 'status'], ['/v1/connections?expiresBefore=tomorrow', 'expiresBefore'], ['/v1/connections?userId=..%2F', 'userId'],
    ['/v1/jobs?type=payments', 'type'], ['/v1/jobs?status=done', 'status'], ['/v1/jobs?createdAfter=2026-01-01', 'createdAfter'], ['/v1/jobs?connectionId=x', 'connectionId'],
  ])('in a query: %s', async (path, parameter) => {
    expect(pathsOf(await refusedWithoutTrace('InvalidRequest', 'GET', path))).toEqual([parameter]);
  });

  it.each(['21', '-1', '1.5', 'x', ''])('waitSeconds=%s', async (waitSeconds) => {
    expect(pathsOf(await refusedWithoutTrace('InvalidRequest', 'GET', `/v1/jobs/${ids.job.id}?waitSeconds=${waitSeconds}`))).toEqual(['waitSeconds']);
  });
});

describe('a path that names nothing', () => {
  it.each(['/', '/v1', '/v1/nothing', '/v2/users', '/v1/users/..%2Fconnections', '/v1/users/usr_1/', '/v1/jobs/%00', `/v1/jobs/${'j'.repeat(65)}`, '/v1/connections/x'])('%s is not found', async (path) => {
    await refusedWithoutTrace('NotFound', 'GET', path);
  });
  it.each([['DELETE', '/v1/users'], ['PUT', '/v1/users'], ['OPTIONS', '/v1/users'], ['POST', '/health'], ['GET', '/webhooks/aerosync/mer_1']])('%s %s is not found', async (method, path) => {
    await refusedWithoutTrace('NotFound', method, path);
  });
});

// Everything above is refused before anybody looks which Aeropay API the merchant uses.
describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const itsEnvironment = asMerchant(environment, merchant);
  let its: Ids;
  beforeAll(async () => {
    its = await everything(itsEnvironment(), '+12165550101');
  });
  const refused = (code: string, method: string, path: string, options?: SendOptions) => refusedWithoutTrace(code, method, path, options, itsEnvironment());

  describe('what the present state does not allow', () => {
    it('a balance of an account that has none', async () => {
      await refused('NotAvailable', 'POST', `/v1/connections/${its.manual}/jobs`, { body: { type: 'balance' } });
    });
    it('a resume of a job that does not wait', async () => {
      await refused('Conflict', 'POST', `/v1/jobs/${its.job.id}/resume`);
    });
    it('a widget for a job that does not wait', async () => {
      await refused('Conflict', 'POST', `/v1/users/${its.user}/widget-tokens`, { body: { purpose: 'mfa', jobId: its.job.id } });
    });
    it.each(['widget-tokens', 'connections'])('%s of a person who has not confirmed the code', async (what) => {
      const body = what === 'connections' ? { connectionId: nobodys } : { purpose: 'link' };
      expect(await refused('VerificationRequired', 'POST', `/v1/users/${its.unconfirmed}/${what}`, { body })).toMatchObject({ nextAction: 'verify_user' });
    });
  });

  describe('what a careful client sends', () => {
    it.each([['application/json; charset=utf-8'], ['APPLICATION/JSON'], ['application/json;charset="UTF-8"']])('as %s is taken', async (contentType) => {
      const { api } = itsEnvironment();
      expect((await api.send('POST', '/v1/users', { rawBody: JSON.stringify(aPerson()), headers: { 'content-type': contentType } })).status).toBe(201);
    });

    it('without a content type counts as JSON', async () => {
      const { api } = itsEnvironment();
      expect((await api.send('POST', '/v1/users', { rawBody: new TextEncoder().encode(JSON.stringify(aPerson())) })).status).toBe(201);
    });

    it('of exactly 256 KiB is taken', async () => {
      const { api } = itsEnvironment();
      const text = JSON.stringify(aPerson());
      expect((await api.send('POST', '/v1/users', { rawBody: text + ' '.repeat(256 * 1024 - text.length), headers: { 'content-type': 'application/json' } })).status).toBe(201);
    });

    it('with an empty object where nothing is to be sent is taken', async () => {
      const { api, simulator } = itsEnvironment();
      const user = await aUser(api);
      const saved = await api.saveConnections(user.id, await simulator.link({ scenario: 'mfa', jobSeconds: 0.1, aeroPassUserUuid: user.aeroPassUserUuid }));
      const paused = await api.follow((await api.startJob(saved.body.items[0]?.id ?? '', { type: 'balance' })).body.id);
      expect((await api.send('POST', `/v1/jobs/${paused.id}/resume`, { body: {} })).status).toBe(202);
      await api.follow(paused.id);
    });
  });
});
