import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoConnectionRepository } from '../../lambdas/adapters/dynamodb/connection-repository.ts';
import type { Connection } from '../../lambdas/domain/connection.ts';
import { startDynamodb, type TestDynamodb } from '../support/dynamodb.ts';
import { aConnection, after, merchantId, noon, otherMerchantId } from './samples.ts';

let dynamodb: TestDynamodb;
let connections: DynamoConnectionRepository;
beforeAll(async () => {
  dynamodb = await startDynamodb();
  connections = new DynamoConnectionRepository(dynamodb.tables.connections, dynamodb.client, () => `generation-${++generations}`);
});
afterAll(() => dynamodb.stop());
let serial = 0;
let generations = 0;
let saved: Connection;
beforeEach(() => {
  saved = aConnection({ id: String(++serial).padStart(32, '0'), generation: `generation-${generations + 1}` });
});

describe('saving a connection', () => {
  it('creates it, and finds it again as it was', async () => {
    await expect(connections.save(saved)).resolves.toEqual({ outcome: 'created', connection: saved });
    await expect(connections.find(merchantId, saved.id)).resolves.toEqual(saved);
  });

  it('renews what the same user has, and keeps the time of the first save', async () => {
    await connections.save({ ...saved, status: 'reconnect_required' });
    const again = aConnection({ id: saved.id, institution: { name: 'Renamed Bank', uuid: 'u-1' }, createdAt: after(60).toISOString(), checkedAt: after(60).toISOString() });
    const renewed = { ...again, createdAt: noon.toISOString(), generation: saved.generation };
    await expect(connections.save(again)).resolves.toEqual({ outcome: 'renewed', connection: renewed });
    await expect(connections.find(merchantId, saved.id)).resolves.toEqual(renewed);
  });

  it('renews a connection that is saved again within the same millisecond', async () => {
    await connections.save(saved);
    await expect(connections.save(saved)).resolves.toMatchObject({ outcome: 'renewed' });
  });

  it('refuses an id that another user has, and changes nothing', async () => {
    await connections.save(saved);
    await expect(connections.save({ ...saved, userId: 'usr_2', status: 'revoked' })).resolves.toEqual({ outcome: 'conflict' });
    await expect(connections.find(merchantId, saved.id)).resolves.toEqual(saved);
  });

  it('keeps the same id apart at two merchants', async () => {
    await connections.save(saved);
    await expect(connections.save({ ...saved, merchantId: otherMerchantId, userId: 'usr_2' })).resolves.toMatchObject({ outcome: 'created' });
    await expect(connections.find(merchantId, saved.id)).resolves.toEqual(saved);
  });

  it('creates once and renews 99 times when 100 saves meet', async () => {
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => connections.save(saved)));
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'renewed')).toHaveLength(99);
  });

  it('gives one of two users an id that both save at once', async () => {
    const users = Array.from({ length: 20 }, (_, place) => `usr_${place}`);
    const outcomes = await Promise.all(users.map((userId) => connections.save({ ...saved, userId })));
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(19);
  });
});

describe('marking a connection', () => {
  it('never makes less of a revocation, whatever a job that it ended says later', async () => {
    const saved = aConnection({ id: 'f'.repeat(32) });
    await connections.save(saved);
    await connections.mark(merchantId, saved.id, 'revoked', after(1));
    await connections.mark(merchantId, saved.id, 'reconnect_required', after(2));
    await expect(connections.find(merchantId, saved.id)).resolves.toMatchObject({ status: 'revoked' });
  });

  it('sets the status and nothing else', async () => {
    await connections.save(saved);
    await connections.mark(merchantId, saved.id, 'revoked', after(1));
    await expect(connections.find(merchantId, saved.id)).resolves.toEqual({ ...saved, status: 'revoked' });
  });

  it.each([
    ['read from upstream', { checkedAt: after(60).toISOString() }],
    ['saved while upstream could not answer', { createdAt: after(60).toISOString(), checkedAt: null }],
  ])('leaves a connection alone that was %s since', async (_, over) => {
    await connections.save(saved);
    await connections.save({ ...saved, ...over });
    await connections.mark(merchantId, saved.id, 'revoked', after(59));
    await expect(connections.find(merchantId, saved.id)).resolves.toMatchObject({ status: 'connected' });
    await connections.mark(merchantId, saved.id, 'revoked', after(60));
    await expect(connections.find(merchantId, saved.id)).resolves.toMatchObject({ status: 'revoked' });
  });

  it('is not undone by a reading that had begun before, only by one that begins later', async () => {
    const outcome = await connections.save({ ...saved, id: 'a'.repeat(32) });
    if (outcome.outcome === 'conflict') throw new Error('the id is taken');
    const reading = (seconds: number) => connections.renew({ ...outcome.connection, status: 'connected', checkedAt: after(seconds).toISOString() });
    await connections.mark(merchantId, outcome.connection.id, 'revoked', after(10));
    await expect(reading(9)).resolves.toMatchObject({ status: 'revoked', checkedAt: outcome.connection.checkedAt });
    await expect(connections.find(merchantId, outcome.connection.id)).resolves.toMatchObject({ status: 'revoked' });
    await expect(reading(11)).resolves.toMatchObject({ status: 'connected' });
  });

  it('does not bring a connection about that is not there', async () => {
    await connections.mark(merchantId, saved.id, 'revoked', noon);
    await expect(connections.find(merchantId, saved.id)).resolves.toBeUndefined();
  });
});

describe('listing connections', () => {
  const merchant = 'mer_lists';
  const ids = (items: readonly Connection[]) => items.map(({ id }) => id);
  beforeAll(async () => {
    const rows: Partial<Connection>[] = [
      { id: 'a', userId: 'usr_1', status: 'connected', expiresAt: after(100).toISOString() },
      { id: 'b', userId: 'usr_2', status: 'revoked', expiresAt: '2026-03-01T12:03:20Z' },
      { id: 'c', userId: 'usr_1', status: 'revoked', expiresAt: null },
      { id: 'd', userId: 'usr_2', status: 'connected', expiresAt: null },
    ];
    for (const [place, row] of rows.entries()) await connections.save(aConnection({ merchantId: merchant, createdAt: after(place).toISOString(), ...row }));
    await connections.save(aConnection({ merchantId: otherMerchantId, id: 'z', userId: 'usr_1' }));
  });

  it.each([
    [{}, ['d', 'c', 'b', 'a']],
    [{ userId: 'usr_1' }, ['c', 'a']],
    [{ status: 'revoked' as const }, ['c', 'b']],
    [{ userId: 'usr_2', status: 'connected' as const }, ['d']],
    [{ expiresBefore: after(200).toISOString() }, ['a']],
    [{ expiresBefore: '2026-03-01T12:03:20.001Z' }, ['b', 'a']],
    [{ userId: 'usr_3' }, []],
  ])('with %j answers %j, newest first', async (filter, expected) => {
    const page = await connections.list(merchant, filter, { limit: 100 });
    expect(ids(page.items)).toEqual(expected);
    expect(page.position).toBeUndefined();
  });

  it("pages through one user's connections", async () => {
    const first = await connections.list(merchant, { userId: 'usr_1' }, { limit: 1 });
    const second = await connections.list(merchant, { userId: 'usr_1' }, { limit: 1, position: first.position });
    expect([ids(first.items), ids(second.items), second.position]).toEqual([['c'], ['a'], undefined]);
  });

  it('keeps the place of a connection that is renewed', async () => {
    await connections.save(aConnection({ merchantId: merchant, id: 'a', userId: 'usr_1', expiresAt: after(100).toISOString(), createdAt: after(500).toISOString() }));
    expect(ids((await connections.list(merchant, {}, { limit: 100 })).items)).toEqual(['d', 'c', 'b', 'a']);
  });
});
