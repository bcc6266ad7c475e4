import { describe, expect, it } from 'vitest';
import { testEnvironment } from './environment.ts';
import { asMerchant, merchants } from './merchants.ts';
import { aConnection, aPerson, aUser } from './people.ts';
import { readRows } from './tables.ts';

const deployment = testEnvironment();

let keys = 0;
const aKey = () => `key-${++keys}`;

describe.each(merchants)('for a merchant on Aeropay $aeropay', (merchant) => {
  const environment = asMerchant(deployment, merchant);
  const { createUser } = merchant.calls;

  describe('a request repeated under its idempotency key', () => {
    it('gets the first reply again, and upstream is not asked twice', async () => {
      const { api, simulator } = environment();
      const person = aPerson({ phoneNumber: '+12025550101' });
      const [forUser, forCode, forConnection, forJob] = [aKey(), aKey(), aKey(), aKey()];

      const created = await api.createUser(person, { idempotencyKey: forUser });
      const verified = await api.verifyUser(created.body.id, '000000', { idempotencyKey: forCode });
      const onSuccess = await simulator.link({ scenario: 'mfa', jobSeconds: 0.2, aeroPassUserUuid: verified.body.aeroPassUserUuid });
      const saved = await api.saveConnections(created.body.id, onSuccess, { idempotencyKey: forConnection });
      const connectionId = saved.body.items[0]?.id ?? '';
      const started = await api.startJob(connectionId, { type: 'balance' }, { idempotencyKey: forJob });
      await api.follow(started.body.id);
      const before = await simulator.calls();
      const repeats = [
        [created, await api.createUser(person, { idempotencyKey: forUser })],
        [verified, await api.verifyUser(created.body.id, '000000', { idempotencyKey: forCode })],
        [saved, await api.saveConnections(created.body.id, onSuccess, { idempotencyKey: forConnection })],
        [started, await api.startJob(connectionId, { type: 'balance' }, { idempotencyKey: forJob })],
      ] as const;

      for (const [first, repeat] of repeats) {
        expect(repeat).toMatchObject({ status: first.status, body: first.body });
        expect(first.headers.get('idempotent-replayed')).toBeNull();
        expect(repeat.headers.get('idempotent-replayed')).toBe('true');
        expect(repeat.headers.get('location')).toBe(first.headers.get('location'));
        expect(repeat.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
      }
      expect(created.status).toBe(201);
      expect((await simulator.calls()).total).toBe(before.total);
    });

    it('is the same request whatever the order of its fields, and another one with another body', async () => {
      const { api, simulator } = environment();
      const idempotencyKey = aKey();
      const person = aPerson();
      const { body: user } = await api.createUser(person, { idempotencyKey });
      const before = await simulator.calls();

      const turned = await api.send('POST', '/v1/users', { body: Object.fromEntries(Object.entries(person).reverse()), idempotencyKey });
      const changed = await api.refused('IdempotencyKeyReused', 'POST', '/v1/users', { body: { ...person, lastName: 'Smith' }, idempotencyKey });

      expect(turned.headers.get('idempotent-replayed')).toBe('true');
      expect(turned.json).toEqual(user);
      expect(changed).toMatchObject({ nextAction: 'fix_request' });
      expect((await simulator.calls()).total).toBe(before.total);
    });

    it('twenty times at once without a key still creates one person', async () => {
      const { api, simulator } = environment();
      const person = aPerson();
      const before = (await simulator.calls()).counts[createUser] ?? 0;

      const replies = await Promise.all(Array.from({ length: 20 }, () => api.createUser(person)));

      expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
      expect((await simulator.calls()).counts[createUser]).toBe(before + 1);
    });

    it('while the first one still runs is told so, and when it is over gets its reply', async () => {
      const { api, simulator } = environment();
      const person = aPerson();
      const idempotencyKey = aKey();
      const rowsBefore = await readRows(environment(), ['access']);
      const before = (await simulator.calls()).counts[createUser] ?? 0;
      await simulator.fault(createUser, { fault: 'delay', delaySeconds: 2 });

      const first = api.createUser(person, { idempotencyKey });
      await expect.poll(async () => (await readRows(environment(), ['access']))['access']?.length).toBe((rowsBefore['access']?.length ?? 0) + 1);
      const meanwhile = await Promise.all(Array.from({ length: 20 }, () => api.refused('IdempotencyInProgress', 'POST', '/v1/users', { body: person, idempotencyKey })));
      const created = await first;
      const afterwards = await api.createUser(person, { idempotencyKey });

      expect(meanwhile.every(({ retryable }) => retryable)).toBe(true);
      expect(created.status).toBe(201);
      expect(afterwards).toMatchObject({ status: 201, body: created.body });
      expect(afterwards.headers.get('idempotent-replayed')).toBe('true');
      expect((await simulator.calls()).counts[createUser]).toBe(before + 1);
    });

    it('twenty times at once does the work once: one does it, the others are told to come back or get its reply', async () => {
      const { api, simulator } = environment();
      const person = aPerson();
      const idempotencyKey = aKey();
      const before = (await simulator.calls()).counts[createUser] ?? 0;

      const replies = await Promise.all(Array.from({ length: 20 }, () => api.send('POST', '/v1/users', { body: person, idempotencyKey })));
      const afterwards = await api.createUser(person, { idempotencyKey });

      const done = replies.filter(({ status }) => status === 201);
      expect(done.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
      expect(replies.filter(({ problem }) => problem?.code === 'IdempotencyInProgress')).toHaveLength(20 - done.length);
      for (const { json } of done) expect(json).toEqual(afterwards.body);
      expect((await simulator.calls()).counts[createUser]).toBe(before + 1);
    });

    it('twenty times at once starts one job', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 0.5 });
      const idempotencyKey = aKey();

      const replies = await Promise.all(Array.from({ length: 20 }, () => api.send('POST', `/v1/connections/${id}/jobs`, { body: { type: 'identity' }, idempotencyKey })));
      const { body: job } = await api.startJob(id, { type: 'identity' }, { idempotencyKey });
      await api.follow(job.id);

      expect(replies.every(({ status, problem }) => status === 202 || problem?.code === 'IdempotencyInProgress')).toBe(true);
      expect(replies.some(({ status }) => status === 202)).toBe(true);
      expect((await api.listJobs({}, `/v1/connections/${id}/jobs`)).body.items.map((one) => one.id)).toEqual([job.id]);
      expect(await simulator.callsWith(`${id}/identity`, 'POST')).toBe(1);
    });
  });

  describe('an idempotency key', () => {
    it('belongs to the merchant and the path: elsewhere the same key is another one', async () => {
      const { api, otherApi, simulator } = environment();
      const idempotencyKey = aKey();
      const person = aPerson();

      const mine = await api.createUser(person, { idempotencyKey });
      const theirs = await otherApi.createUser(aPerson(), { idempotencyKey });
      const onSuccess = await simulator.link({ scenario: 'default', aeroPassUserUuid: mine.body.aeroPassUserUuid });
      const saved = await api.saveConnections(mine.body.id, onSuccess, { idempotencyKey });

      expect([mine.status, theirs.status, saved.status]).toEqual([201, 201, 201]);
      for (const { headers } of [mine, theirs, saved]) expect(headers.get('idempotent-replayed')).toBeNull();
    });

    it.each([['nothing', ''], ['a space', 'a key'], ['256 characters', 'k'.repeat(256)], ['a letter beyond ASCII', '\u00e9']])('of %s is refused, and upstream is not asked', async (_what, idempotencyKey) => {
      const { api, simulator } = environment();
      const before = await simulator.calls();

      const { errors } = await api.refused('InvalidRequest', 'POST', '/v1/users', { body: aPerson(), idempotencyKey });

      expect(errors).toMatchObject([{ path: 'Idempotency-Key' }]);
      expect((await simulator.calls()).total).toBe(before.total);
    });

    it('of 255 visible characters is taken', async () => {
      const { api } = environment();

      expect((await api.createUser(aPerson(), { idempotencyKey: '~'.repeat(255) })).status).toBe(201);
    });

    it('repeats what upstream refused, without asking again', async () => {
      const { api, simulator } = environment();
      const [landline, cannotAdd] = [aPerson({ phoneNumber: '+14045550124' }), aPerson({ email: 'error-adding-user@aeropay.com' })];
      const { body: unverified } = await api.createUser(aPerson({ phoneNumber: '+16175550101' }));
      const cases = [
        ['InvalidRequest', '/v1/users', landline],
        ['UpstreamRejected', '/v1/users', cannotAdd],
        ['VerificationFailed', `/v1/users/${unverified.id}/verification`, { code: '111111' }],
      ] as const;

      for (const [code, path, body] of cases) {
        const idempotencyKey = aKey();
        const first = await api.send('POST', path, { body, idempotencyKey });
        const before = await simulator.calls();
        const repeat = await api.send('POST', path, { body, idempotencyKey });

        expect(first.problem?.code).toBe(code);
        expect([repeat.status, repeat.text]).toEqual([first.status, first.text]);
        expect(repeat.headers.get('idempotent-replayed')).toBe('true');
        expect((await simulator.calls()).total).toBe(before.total);
      }
    });

    it('is free again after a refused body, and after a reply that may change', async () => {
      const { api, simulator } = environment();
      const [afterBadBody, afterOutage] = [aKey(), aKey()];
      const [one, other] = [aPerson(), aPerson()];

      await api.refused('InvalidRequest', 'POST', '/v1/users', { body: { ...one, phoneNumber: 'none' }, idempotencyKey: afterBadBody });
      const corrected = await api.createUser(one, { idempotencyKey: afterBadBody });
      await simulator.fault(createUser, { fault: 'status', status: 503 });
      await api.refused('UpstreamUnavailable', 'POST', '/v1/users', { body: other, idempotencyKey: afterOutage });
      const secondTry = await api.createUser(other, { idempotencyKey: afterOutage });

      for (const { status, headers } of [corrected, secondTry]) expect([status, headers.get('idempotent-replayed')]).toEqual([201, null]);
    });

    it('of a start that joined answers the same again', async () => {
      const { api, simulator } = environment();
      const { id } = await aConnection(api, simulator, { scenario: 'default', jobSeconds: 1 });
      const idempotencyKey = aKey();
      const { body: running } = await api.startJob(id, { type: 'balance' });

      const joined = await api.startJob(id, { type: 'balance' }, { idempotencyKey });
      await api.follow(running.id);
      const repeat = await api.startJob(id, { type: 'balance' }, { idempotencyKey });

      expect(joined).toMatchObject({ status: 200, body: { id: running.id, joined: true } });
      expect(repeat).toMatchObject({ status: 200, body: joined.body });
      expect(repeat.headers.get('idempotent-replayed')).toBe('true');
    });

    it('of a resume answers the same again, though the job has gone on', async () => {
      const { api, simulator } = environment();
      const user = await aUser(api);
      const saved = await api.saveConnections(user.id, await simulator.link({ scenario: 'mfa', jobSeconds: 0.2, aeroPassUserUuid: user.aeroPassUserUuid }));
      const paused = await api.follow((await api.startJob(saved.body.items[0]?.id ?? '', { type: 'balance' })).body.id);
      const idempotencyKey = aKey();

      const resumed = await api.resumeJob(paused.id, { idempotencyKey });
      await simulator.answer(paused.upstreamJobId);
      const repeat = await api.resumeJob(paused.id, { idempotencyKey });

      expect(repeat.body).toEqual(resumed.body);
      expect(repeat.headers.get('idempotent-replayed')).toBe('true');
    });
  });
});
