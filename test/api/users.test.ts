import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lambdas/domain/errors.ts';
import { aPerson, createUser } from '../support/api-world.ts';
import { networkUser, refusing, silence } from '../support/fake-upstream.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';
import { until } from '../support/until.ts';

let api: TestApi;
let merchant: TestMerchant;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  merchant = await api.newMerchant();
  api.upstream.reset();
  api.deps.sleep = api.clock.sleep;
});

const create = (body: unknown) => api.call('POST', '/v1/users', { key: merchant.key, body });
const verify = (userId: unknown, code = '123456') => api.call('POST', `/v1/users/${String(userId)}/verification`, { key: merchant.key, body: { code } });
const get = (userId: unknown) => api.call('GET', `/v1/users/${String(userId)}`, { key: merchant.key });

describe('POST /v1/users', () => {
  it('creates a person upstream, stores them, and answers 201 with what is stored', async () => {
    const person = aPerson();
    const reply = await create(person);
    expect(reply).toMatchObject({ status: 201, body: { ...person, status: 'active', verification: null, createdAt: api.clock.now().toISOString() } });
    expect(reply.body['id']).toMatch(/^usr_[0-9a-f]{32}$/);
    expect(reply.body['aeroPassUserUuid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(Object.keys(reply.body).sort()).toEqual(['aeroPassUserUuid', 'createdAt', 'email', 'externalId', 'firstName', 'id', 'lastName', 'phoneNumber', 'status', 'verification']);
    expect(await get(reply.body['id'])).toMatchObject({ status: 200, body: reply.body });
    expect(api.upstream.calls).toEqual(['create user']);
  });

  it('shows where a code was sent, masked, and for how long it lives', async () => {
    api.upstream.answerCreate = networkUser;
    const person = aPerson();
    const { body } = await create(person);
    expect(body).toMatchObject({ status: 'verification_required', aeroPassUserUuid: expect.any(String) as string });
    expect(body['verification']).toEqual({
      channel: 'sms',
      destination: `••••••${person.phoneNumber.slice(-4)}`,
      expiresAt: new Date(api.clock.now().getTime() + 15 * 60_000).toISOString(),
    });
  });

  it('answers 200 with the stored person and no upstream call when the pair is known, whatever else the repeat says', async () => {
    const person = aPerson();
    const first = await create(person);
    api.upstream.reset();
    const again = await create({ ...person, firstName: 'Janet', lastName: 'Roe', email: 'other@example.com' });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(api.upstream.calls).toEqual([]);
  });

  it('does not ask upstream again either for a person who has yet to confirm', async () => {
    api.upstream.answerCreate = networkUser;
    const person = aPerson();
    await create(person);
    api.clock.advance(3600);
    expect(await create(person)).toMatchObject({ status: 200, body: { status: 'verification_required' } });
    expect(api.upstream.calls).toEqual(['create user']);
  });

  it.each(['externalId', 'phoneNumber'] as const)('answers Conflict, showing nothing of the stored person, when %s has another partner', async (kept) => {
    const person = aPerson();
    await create(person);
    api.upstream.reset();
    const reply = await create(aPerson({ [kept]: person[kept], firstName: 'Canary' }));
    expect(reply).toMatchObject({ status: 409, body: { code: 'Conflict', nextAction: 'none', retryable: false } });
    expect(JSON.stringify(reply.body)).not.toContain(person.externalId);
    expect(JSON.stringify(reply.body)).not.toContain(person.phoneNumber);
    expect(api.upstream.calls).toEqual([]);
  });

  it('asks upstream once for a hundred identical creates at the same time, and answers all of them with one person', async () => {
    const person = aPerson();
    // A hundred that wait must not push one clock forward a hundred times.
    api.deps.sleep = () => new Promise((resolve) => setImmediate(resolve));
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { answerCreate } = api.upstream;
    api.upstream.answerCreate = async (given) => {
      await gate;
      return answerCreate(given);
    };
    const replies = Array.from({ length: 100 }, () => create(person));
    await until(() => api.upstream.calls.length > 0);
    release();
    const all = await Promise.all(replies);
    expect(all.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 99 }, () => 200), 201]);
    expect(new Set(all.map(({ body }) => String(body['id']))).size).toBe(1);
    expect(api.upstream.calls).toEqual(['create user']);
    expect(await api.call('GET', '/v1/users', { key: merchant.key })).toMatchObject({ body: { items: [{ externalId: person.externalId }] } });
  });

  it('tells a create that waited too long for another one to come again', async () => {
    api.upstream.answerCreate = () => new Promise(() => {});
    const person = aPerson();
    void create(person);
    await until(() => api.upstream.calls.length > 0);
    expect(await create(person)).toMatchObject({ status: 503, body: { code: 'UpstreamUnavailable', retryable: true }, headers: { 'retry-after': expect.stringMatching(/^\d+$/) as string } });
    expect(api.upstream.calls).toEqual(['create user']);
  });

  it.each([
    ['upstream does not answer', silence, 503, 'UpstreamUnavailable'],
    ['upstream asks to slow down', refusing('UpstreamThrottled'), 503, 'UpstreamThrottled'],
    ['upstream refuses the phone number', refusing('InvalidRequest', { upstreamCode: 'AP119', errors: [{ path: 'phoneNumber', message: 'must be a US number' }] }), 400, 'InvalidRequest'],
    ['upstream refuses for a reason of its own', refusing('UpstreamRejected', { upstreamCode: 'AP114' }), 502, 'UpstreamRejected'],
    ['our credentials are wrong', refusing('CredentialsRejected', { upstreamCode: 'AP002' }), 502, 'CredentialsRejected'],
  ])('stores nobody when %s, and the next create asks again', async (_case, answer, status, code) => {
    api.upstream.answerCreate = answer;
    const person = aPerson();
    const before = await api.stored();
    expect(await create(person)).toMatchObject({ status, body: { code } });
    expect(await api.stored()).toBe(before);
    api.upstream.reset();
    expect(await create(person)).toMatchObject({ status: 201 });
    expect(api.upstream.calls).toEqual(['create user']);
  });

  it("passes on upstream's code and the field it blames", async () => {
    api.upstream.answerCreate = refusing('InvalidRequest', { upstreamCode: 'AP118', errors: [{ path: 'firstName', message: 'must be letters only' }] });
    expect(await create(aPerson())).toMatchObject({ status: 400, body: { upstreamCode: 'AP118', errors: [{ path: 'firstName', message: 'must be letters only' }] } });
  });

  it.each([
    ['externalId', ['', 'a b', 'ä', 'x'.repeat(129), 'line\nbreak']],
    ['firstName', ['', '   ', 'x'.repeat(101), 'Ja\nne', 'Jane\u0000', 'half an emoji \ud83d']],
    ['lastName', ['', 'x'.repeat(101), '\udc00', 'Doe\u0085Roe']],
    ['phoneNumber', ['3125550142', '+13125550', '+131255501422', '+441234567890', '+1 312 555 0142', '+1٣١٢٥٥٥٠١٤٢']],
    ['email', ['', 'jane', 'jane@', '@example.com', 'jane@example', `${'x'.repeat(250)}@example.com`]],
  ])('refuses a %s that does not fit', async (field, values) => {
    for (const value of values) {
      const reply = await create(aPerson({ [field]: value }));
      expect({ value, ...reply }).toMatchObject({ value, status: 400, body: { code: 'InvalidRequest', errors: [{ path: field }] } });
    }
    expect(api.upstream.calls).toEqual([]);
  });

  it('keeps the people of two merchants apart, also with the same external id and phone number', async () => {
    const other = await api.newMerchant();
    const person = aPerson();
    const ours = await create(person);
    const theirs = await api.call('POST', '/v1/users', { key: other.key, body: person });
    expect(theirs.status).toBe(201);
    expect(theirs.body['id']).not.toBe(ours.body['id']);
  });
});

describe('POST /v1/users/{userId}/verification', () => {
  beforeEach(() => {
    api.upstream.answerCreate = networkUser;
  });

  it('makes the person active', async () => {
    const user = await createUser(api, merchant);
    const reply = await verify(user['id']);
    expect(reply).toMatchObject({ status: 200, body: { id: String(user['id']), status: 'active', verification: null } });
    expect(await get(user['id'])).toMatchObject({ body: reply.body });
  });

  it('stores an aeroPassUserUuid that only the confirmation tells, and keeps a stored one when it tells none', async () => {
    api.upstream.answerCreate = async () => ({ upstreamUserId: '1102575', aeroPassUserUuid: null, verification: { channel: 'email', destination: 'j•••@example.com' } });
    const user = await createUser(api, merchant);
    expect(user).toMatchObject({ aeroPassUserUuid: null, verification: { channel: 'email', destination: 'j•••@example.com' } });
    api.upstream.answerConfirm = async () => ({ aeroPassUserUuid: 'uuid-from-confirmation' });
    expect(await verify(user['id'])).toMatchObject({ body: { aeroPassUserUuid: 'uuid-from-confirmation' } });

    api.upstream.reset();
    api.upstream.answerCreate = networkUser;
    const other = await createUser(api, merchant);
    expect(await verify(other['id'])).toMatchObject({ body: { aeroPassUserUuid: String(other['aeroPassUserUuid']) } });
  });

  it('answers 200 with no upstream call for a person who is active', async () => {
    const user = await createUser(api, merchant);
    await verify(user['id']);
    api.upstream.reset();
    expect(await verify(user['id'], '999999')).toMatchObject({ status: 200, body: { status: 'active' } });
    expect(api.upstream.calls).toEqual([]);
  });

  it('lets a person try again after a wrong code, and uses the code up with the fifth', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerConfirm = refusing('VerificationFailed', { upstreamCode: 'AP111' });
    for (let wrong = 1; wrong <= 4; wrong++) {
      expect(await verify(user['id'])).toMatchObject({ status: 422, body: { code: 'VerificationFailed', nextAction: 'verify_user', upstreamCode: 'AP111' } });
    }
    expect(await verify(user['id'])).toMatchObject({ status: 422, body: { code: 'VerificationFailed', nextAction: 'resend_code', upstreamCode: 'AP111' } });
    api.upstream.reset();
    expect(await verify(user['id'])).toMatchObject({ status: 422, body: { code: 'VerificationFailed', nextAction: 'resend_code' } });
    expect(api.upstream.calls).toEqual([]);
    expect(await get(user['id'])).toMatchObject({ body: { status: 'verification_required' } });
  });

  it('answers 200 to both of two right codes at once, also where upstream takes the code once and is slow to say so', async () => {
    const user = await createUser(api, merchant);
    let asked = 0;
    const first = Promise.withResolvers<undefined>();
    const { answerConfirm } = api.upstream;
    const refused = refusing('VerificationFailed', { upstreamCode: 'AP111' });
    api.upstream.answerConfirm = async (...given) => {
      asked += 1;
      if (asked > 1) {
        // The first is answered only when the second is refused already, and looks whether others are done.
        setImmediate(() => first.resolve(undefined));
        return refused();
      }
      await first.promise;
      return answerConfirm(...given);
    };
    const replies = await Promise.all([verify(user['id']), verify(user['id'])]);
    expect(replies).toMatchObject([{ status: 200, body: { status: 'active' } }, { status: 200, body: { status: 'active' } }]);
    expect(asked).toBe(2);
  });

  it('takes the right code after four wrong ones', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerConfirm = async (code) => {
      if (code !== '123456') throw new AppError('VerificationFailed', 'wrong', { upstreamCode: 'AP111' });
      return { aeroPassUserUuid: null };
    };
    for (let wrong = 1; wrong <= 4; wrong++) await verify(user['id'], '999999');
    expect(await verify(user['id'], '123456')).toMatchObject({ status: 200, body: { status: 'active' } });
  });

  it('answers 200 to both of two clicks, although upstream takes a code only once', async () => {
    const user = await createUser(api, merchant);
    const [bothAsked, oneAnswered] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    let asked = 0;
    api.upstream.answerConfirm = async () => {
      asked += 1;
      if (asked === 1) {
        await bothAsked.promise;
        return { aeroPassUserUuid: null };
      }
      bothAsked.resolve(undefined);
      await oneAnswered.promise;
      throw new AppError('VerificationFailed', 'taken before', { upstreamCode: 'AP111' });
    };
    const clicks = [verify(user['id']), verify(user['id'])];
    await Promise.race(clicks);
    oneAnswered.resolve(undefined);
    expect(await Promise.all(clicks)).toMatchObject([{ status: 200, body: { status: 'active' } }, { status: 200, body: { status: 'active' } }]);
  });

  it('asks for a new code when upstream says that this one is used up', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerConfirm = refusing('VerificationFailed', { upstreamCode: 'AP112', nextAction: 'resend_code' });
    const reply = await verify(user['id']);
    expect(reply).toMatchObject({ status: 422, body: { code: 'VerificationFailed', nextAction: 'resend_code', upstreamCode: 'AP112', userMessage: 'That code is no longer valid. Please ask for a new one.' } });
  });

  it('asks for a new code, and not upstream, once 15 minutes are over', async () => {
    const user = await createUser(api, merchant);
    api.upstream.reset();
    api.clock.advance(15 * 60);
    expect(await verify(user['id'])).toMatchObject({ status: 422, body: { code: 'VerificationFailed', nextAction: 'resend_code' } });
    expect(api.upstream.calls).toEqual([]);
  });

  it('counts nothing against the code when upstream cannot answer', async () => {
    const user = await createUser(api, merchant);
    api.upstream.answerConfirm = silence;
    api.upstream.answerProfile = () => Promise.reject(new AppError('VerificationRequired', 'not confirmed'));
    for (let attempt = 0; attempt < 6; attempt++) expect(await verify(user['id'])).toMatchObject({ status: 503, body: { code: 'UpstreamUnavailable' } });
    api.upstream.reset();
    expect(await verify(user['id'])).toMatchObject({ status: 200 });
  });

  it.each(['123', '123456789', '12a4', '', ' 1234', '١٢٣٤'])('refuses %j as a code without showing it', async (code) => {
    const user = await createUser(api, merchant);
    api.upstream.reset();
    const reply = await verify(user['id'], code);
    expect(reply).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'code', message: 'must be 4 to 8 digits' }] } });
    expect(api.upstream.calls).toEqual([]);
  });

  it('answers NotFound for an unknown user', async () => {
    expect(await verify('usr_00000000000000000000000000000000')).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });
});

describe('GET /v1/users', () => {
  const list = (query: Record<string, string>, key = merchant.key) => api.call('GET', '/v1/users', { key, query });

  it('finds a person by external id, and nobody by an unknown one', async () => {
    const user = await createUser(api, merchant);
    await createUser(api, merchant);
    expect((await list({ externalId: String(user['externalId']) })).body).toEqual({ items: [user], nextCursor: null });
    expect((await list({ externalId: 'nobody' })).body).toEqual({ items: [], nextCursor: null });
  });

  it('lists newest first, in pages, each person once', async () => {
    const created: string[] = [];
    for (let count = 0; count < 7; count++) {
      api.clock.advance(1);
      created.push(String((await createUser(api, merchant))['id']));
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list({ limit: '3', ...(cursor === null ? {} : { cursor }) });
      expect(page.status).toBe(200);
      seen.push(...(page.body['items'] as { id: string }[]).map(({ id }) => id));
      cursor = page.body['nextCursor'] as string | null;
    } while (cursor !== null);
    expect(seen).toEqual(created.reverse());
  });

  it('refuses a cursor of another merchant, of another list, of another filter, and a changed one', async () => {
    const other = await api.newMerchant();
    for (let count = 0; count < 3; count++) await createUser(api, merchant);
    for (let count = 0; count < 3; count++) await createUser(api, other);
    const cursor = String((await list({ limit: '1' })).body['nextCursor']);
    expect(await list({ cursor })).toMatchObject({ status: 200 });
    for (const path of ['/v1/connections', '/v1/jobs']) {
      expect(await api.call('GET', path, { key: merchant.key, query: { cursor } })).toMatchObject({ status: 400, body: { errors: [{ path: 'cursor' }] } });
    }
    const changed = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`;
    const signed = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;
    for (const refused of [list({ cursor }, other.key), list({ cursor, externalId: 'customer-1' }), list({ cursor: changed }), list({ cursor: signed }), list({ cursor: `${cursor}=` })]) {
      expect(await refused).toMatchObject({ status: 400, body: { code: 'InvalidRequest', errors: [{ path: 'cursor' }] } });
    }
  });
});
