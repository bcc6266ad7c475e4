import { createHmac } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoUserRepository } from '../../lambdas/adapters/dynamodb/user-repository.ts';
import type { Verification } from '../../lambdas/domain/user.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { after, aUser, claimOf, merchantId, noon, otherMerchantId } from './samples.ts';

let dynamodb: TestDynamodb;
let users: DynamoUserRepository;
beforeAll(async () => {
  dynamodb = await startDynamodb();
});
afterAll(() => dynamodb.stop());
/** Each test has people of its own: every hash, and so every claim, is keyed anew. */
let key = 0;
let person: ReturnType<typeof aUser>;
beforeEach(() => {
  key++;
  const secret = String(key);
  users = new DynamoUserRepository(dynamodb.tables.users, dynamodb.client, async (text) => createHmac('sha256', secret).update(text).digest('hex'));
  person = aUser({ id: `usr_${key}` });
});

const leaseMs = 60_000;
const other = () => ({ ...claimOf(person), userId: `usr_other_${key}` });

async function store() {
  await users.claim(claimOf(person), noon, leaseMs);
  await users.store(person);
}

describe('claiming a person', () => {
  it('lets one of 100 simultaneous creates of the same person through and holds the others', async () => {
    const claims = Array.from({ length: 100 }, (_, place) => ({ ...claimOf(person), userId: `usr_${key}_${place}` }));
    const answers = await Promise.all(claims.map((claim) => users.claim(claim, noon, leaseMs)));
    expect(answers.filter((answer) => answer === 'claimed')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(99);
  });

  it('answers the stored person to a create of the same pair, whatever else it says', async () => {
    await store();
    await expect(users.claim(other(), after(1), leaseMs)).resolves.toEqual({ stored: person });
  });

  it.each([
    ['the external id has another phone number', { phoneNumber: '+13125550199' }],
    ['the phone number has another external id', { externalId: 'customer-2002' }],
  ])('answers a conflict and nothing else when %s', async (_, over) => {
    await store();
    await expect(users.claim({ ...other(), ...over }, after(1), leaseMs)).resolves.toBe('conflict');
  });

  it('answers a conflict when external id and phone number belong to two people', async () => {
    await store();
    const second = aUser({ id: `usr_second_${key}`, externalId: 'customer-2002', phoneNumber: '+13125550199' });
    await users.claim(claimOf(second), noon, leaseMs);
    await users.store(second);
    await expect(users.claim({ ...other(), phoneNumber: second.phoneNumber }, after(1), leaseMs)).resolves.toBe('conflict');
  });

  it('leaves the partner of a refused claim free', async () => {
    await store();
    const fresh = { externalId: 'customer-3003', phoneNumber: '+13125550177' };
    await users.claim({ ...other(), phoneNumber: fresh.phoneNumber }, after(1), leaseMs);
    await users.claim({ ...other(), externalId: fresh.externalId }, after(1), leaseMs);
    await expect(users.claim({ ...other(), ...fresh }, after(1), leaseMs)).resolves.toBe('claimed');
  });

  it('knows its own claim again', async () => {
    await users.claim(claimOf(person), noon, leaseMs);
    await expect(users.claim(claimOf(person), noon, leaseMs)).resolves.toBe('claimed');
  });

  it('holds others up to the end of the lease and no longer', async () => {
    await users.claim(claimOf(person), noon, leaseMs);
    await expect(users.claim(other(), after(59.999), leaseMs)).resolves.toBe('held');
    await expect(users.claim(other(), after(60), leaseMs)).resolves.toBe('claimed');
  });

  it('keeps the same person apart at two merchants', async () => {
    await store();
    await expect(users.claim({ ...other(), merchantId: otherMerchantId }, noon, leaseMs)).resolves.toBe('claimed');
    await expect(users.find(otherMerchantId, person.id)).resolves.toBeUndefined();
    await expect(users.findByExternalId(otherMerchantId, person.externalId)).resolves.toBeUndefined();
  });

  it('writes neither phone number nor external id into a key', async () => {
    await store();
    const { Items = [] } = await dynamodb.client.send(new ScanCommand({ TableName: dynamodb.tables.users, ProjectionExpression: 'pk, sk, listKey, listSort' }));
    expect(Items.length).toBeGreaterThan(2);
    expect(JSON.stringify(Items)).not.toMatch(/3125550142|customer-1001/);
  });
});

describe('giving a claim back', () => {
  it('frees both halves for the next create', async () => {
    await users.claim(claimOf(person), noon, leaseMs);
    await users.release(claimOf(person));
    await expect(users.claim(other(), noon, leaseMs)).resolves.toBe('claimed');
  });

  it('touches neither a claim that another create took over nor that of a stored person', async () => {
    await users.claim(claimOf(person), noon, leaseMs);
    await users.claim(other(), after(61), leaseMs);
    await users.release(claimOf(person));
    await expect(users.claim({ ...other(), userId: 'usr_third' }, after(62), leaseMs)).resolves.toBe('held');
    await users.store({ ...person, id: other().userId });
    await users.release(other());
    await expect(users.claim(claimOf(person), after(63), leaseMs)).resolves.toMatchObject({ stored: { id: other().userId } });
  });
});

describe('storing a person', () => {
  it('is done once, however often it is repeated', async () => {
    await store();
    await users.confirm(merchantId, person.id, 'uuid-2');
    await users.store(person);
    await expect(users.find(merchantId, person.id)).resolves.toMatchObject({ aeroPassUserUuid: 'uuid-2' });
  });

  it('still succeeds after the lease when nobody took the claim over', async () => {
    await users.claim(claimOf(person), noon, 1);
    await users.store(person);
    await expect(users.claim(other(), after(3600), leaseMs)).resolves.toEqual({ stored: person });
  });

  it('asks for a repeat, and stores nothing, when another create took the claim over', async () => {
    await users.claim(claimOf(person), noon, leaseMs);
    await users.claim(other(), after(61), leaseMs);
    await expect(users.store(person)).rejects.toMatchObject({ code: 'IdempotencyInProgress' });
    await expect(users.find(merchantId, person.id)).resolves.toBeUndefined();
  });
});

describe('finding people', () => {
  it('finds a stored person by external id', async () => {
    await store();
    await expect(users.findByExternalId(merchantId, person.externalId)).resolves.toEqual(person);
  });

  it('does not find a person whose create still runs', async () => {
    await users.claim(claimOf(person), noon, leaseMs);
    await expect(users.findByExternalId(merchantId, person.externalId)).resolves.toBeUndefined();
  });

  it('lists the people of one merchant, newest first', async () => {
    const merchant = `mer_list${key}`;
    for (const place of [1, 2, 3]) {
      const one = aUser({ merchantId: merchant, id: `usr_${place}`, externalId: `e${place}`, phoneNumber: `+1312555000${place}`, createdAt: after(place).toISOString() });
      await users.store(one);
    }
    const first = await users.list(merchant, { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(['usr_3', 'usr_2']);
    const second = await users.list(merchant, { limit: 2, position: first.position });
    expect(second).toMatchObject({ items: [{ id: 'usr_1' }], position: undefined });
  });

  it('names table and path of a broken row, never the value', async () => {
    await store();
    await users.store({ ...person, id: 'usr_broken', externalId: 'broken', phoneNumber: '+13125550100', createdAt: '2026-03-01T12:00:00Z', status: 'secret-word' as 'active' });
    const message = await users.find(merchantId, 'usr_broken').catch((error: unknown) => String(error));
    expect(message).toContain(`table ${dynamodb.tables.users} differs from its schema at status`);
    expect(message).not.toContain('secret-word');
  });
});

describe('verifying a person', () => {
  const sent: Verification = { channel: 'sms', destination: '••••••0142', sentAt: noon.toISOString(), expiresAt: after(900).toISOString(), wrongTries: 0, unclear: false };
  beforeEach(async () => {
    person = { ...person, status: 'verification_required', verification: sent, aeroPassUserUuid: null };
    await store();
  });

  it('confirms, and forgets the code', async () => {
    const confirmed = { ...person, status: 'active', verification: null, aeroPassUserUuid: 'uuid-9' };
    await expect(users.confirm(merchantId, person.id, 'uuid-9')).resolves.toEqual(confirmed);
    await expect(users.find(merchantId, person.id)).resolves.toEqual(confirmed);
  });

  it('keeps the uuid it has when upstream names none', async () => {
    await users.confirm(merchantId, person.id, 'uuid-9');
    await expect(users.confirm(merchantId, person.id, null)).resolves.toMatchObject({ aeroPassUserUuid: 'uuid-9' });
  });

  it('gives five of 20 simultaneous tries, and a sixth when one was not judged', async () => {
    const tries = await Promise.all(Array.from({ length: 20 }, () => users.reserveTry(merchantId, person.id, sent.sentAt, noon)));
    expect(tries.filter((tried) => tried !== undefined)).toHaveLength(5);
    await users.returnTry(merchantId, person.id, sent.sentAt);
    await expect(users.reserveTry(merchantId, person.id, sent.sentAt, noon)).resolves.toMatchObject({ verification: { wrongTries: 5 } });
    await expect(users.reserveTry(merchantId, person.id, sent.sentAt, noon)).resolves.toBeUndefined();
  });

  it('forgets the time of a try that was judged, and keeps that of an older one that was not', async () => {
    await users.reserveTry(merchantId, person.id, sent.sentAt, after(1));
    await users.reserveTry(merchantId, person.id, sent.sentAt, after(2));
    await users.settleTry(merchantId, person.id, sent.sentAt, after(2));
    await expect(users.find(merchantId, person.id)).resolves.toMatchObject({ verification: { triedAt: after(1).toISOString() } });
    await users.settleTry(merchantId, person.id, sent.sentAt, after(1));
    await expect(users.find(merchantId, person.id)).resolves.toMatchObject({ verification: { ...sent, wrongTries: 2 } });
  });

  it('counts nothing against a code that was sent later, or once there is none', async () => {
    await users.requireVerification(merchantId, person.id, { ...sent, sentAt: after(60).toISOString() });
    await expect(users.reserveTry(merchantId, person.id, sent.sentAt, noon)).resolves.toBeUndefined();
    await expect(users.find(merchantId, person.id)).resolves.toMatchObject({ verification: { wrongTries: 0 } });
    await users.confirm(merchantId, person.id, null);
    await expect(users.reserveTry(merchantId, person.id, sent.sentAt, noon)).resolves.toBeUndefined();
  });

  it('asks a confirmed person for a code again, sent or not', async () => {
    await users.confirm(merchantId, person.id, null);
    await expect(users.requireVerification(merchantId, person.id, null)).resolves.toMatchObject({ status: 'verification_required', verification: null });
    await expect(users.requireVerification(merchantId, person.id, sent)).resolves.toMatchObject({ status: 'verification_required', verification: sent });
  });

  it.each([
    ['confirm', () => users.confirm(otherMerchantId, person.id, null)],
    ['requireVerification', () => users.requireVerification(otherMerchantId, person.id, null)],
  ])('%s does not find the person of another merchant', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'NotFound' });
    await expect(users.find(otherMerchantId, person.id)).resolves.toBeUndefined();
  });
});

describe('asking for a code', () => {
  const times = [after(0), after(60)].map((time) => time.toISOString());
  beforeEach(async () => {
    person = { ...person, status: 'verification_required' };
    await users.store(person);
  });

  it('is reserved for one of many at the same time', async () => {
    const reserved = await Promise.all(Array.from({ length: 20 }, () => users.reserveCode(person, times)));
    expect(reserved.filter((won) => won)).toHaveLength(1);
  });

  it('is refused to whoever read the person before it', async () => {
    await expect(users.reserveCode(person, times)).resolves.toBe(true);
    await expect(users.reserveCode(person, [after(90).toISOString()])).resolves.toBe(false);
  });

  it('is refused once the person is confirmed: asking upstream again would disconnect them', async () => {
    await users.confirm(merchantId, person.id, null);
    await expect(users.reserveCode(person, times)).resolves.toBe(false);
  });
});

describe('changing a person', () => {
  it('moves the external id, so that the old one is free and the new one finds them', async () => {
    await users.store(person);
    const next = `${person.externalId}-next`;
    await expect(users.change(merchantId, person.id, { externalId: next, firstName: 'Janet' })).resolves.toEqual({ user: { ...person, externalId: next, firstName: 'Janet' } });
    await expect(users.findByExternalId(merchantId, next)).resolves.toMatchObject({ id: person.id, firstName: 'Janet' });
    await expect(users.findByExternalId(merchantId, person.externalId)).resolves.toBeUndefined();
  });

  it("refuses another person's external id and changes nothing", async () => {
    const another = aUser({ id: `${person.id}_2`, externalId: `${person.externalId}-2`, phoneNumber: '+13125550199' });
    await users.store(person);
    await users.store(another);
    await expect(users.change(merchantId, person.id, { externalId: another.externalId, lastName: 'Other' })).resolves.toBe('conflict');
    await expect(users.find(merchantId, person.id)).resolves.toEqual(person);
  });

  it('leaves what is not named', async () => {
    await users.store(person);
    await expect(users.change(merchantId, person.id, { email: 'new@example.com' })).resolves.toEqual({ user: { ...person, email: 'new@example.com' } });
    await expect(users.change(merchantId, person.id, {})).resolves.toEqual({ user: { ...person, email: 'new@example.com' } });
  });

  it("does not find another merchant's person", async () => {
    await users.store(person);
    await expect(users.change(otherMerchantId, person.id, { email: 'new@example.com' })).rejects.toMatchObject({ code: 'NotFound' });
  });
});
