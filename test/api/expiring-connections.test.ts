import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from 'aws-lambda';
import { checkExpiring } from '../../lambdas/events/check-expiring-connections.ts';
import { linkBank } from '../support/api-world.ts';
import { anAccount, refusing } from '../support/fake-upstream.ts';
import { startApi, type TestApi, type TestMerchant } from '../support/start-api.ts';

const day = 86_400;
let api: TestApi;
let merchant: TestMerchant;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  // What an earlier test left is long expired then.
  api.clock.advance(400 * day);
  merchant = await api.newMerchant();
  api.upstream.reset();
});

const inDays = (days: number) => new Date(api.clock.now().getTime() + days * day * 1000).toISOString();
/** A connection whose consent ends then, as upstream says each time it is read. */
async function expiring(expiresAt: string | null): Promise<string> {
  api.upstream.answerAccount = async () => anAccount({ expiresAt });
  const { connectionId } = await linkBank(api, merchant);
  return connectionId;
}
const check = (secondsLeft = 600) => checkExpiring(() => api.deps)({}, { getRemainingTimeInMillis: () => secondsLeft * 1000, awsRequestId: 'event' } as Context);
const find = async (connectionId: string) => api.deps.connections.find(merchant.merchantId, connectionId);

describe('the look at expiring connections', () => {
  it('reads those that expire within 30 days, and no others', async () => {
    await expiring(null);
    await expiring(inDays(31));
    const soon = [await expiring(inDays(29)), await expiring(inDays(1))];
    const before = await Promise.all(soon.map(find));
    api.clock.advance(day);
    api.upstream.calls.length = 0;

    expect(await check()).toEqual({ checked: 2 });

    expect(api.upstream.calls).toHaveLength(2);
    for (const [index, connectionId] of soon.entries()) expect((await find(connectionId))?.checkedAt).not.toBe(before[index]?.checkedAt);
  });

  it('reads each once a day however often it runs', async () => {
    await expiring(inDays(20));
    const counts = [];
    for (let hour = 0; hour < 72; hour++) {
      api.clock.advance(3600);
      counts.push((await check()).checked);
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  it('stores what upstream says now: a later expiry, or that the person must reconnect', async () => {
    const renewed = await expiring(inDays(5));
    api.clock.advance(day);
    const later = inDays(365);
    api.upstream.answerAccount = async () => anAccount({ expiresAt: later });
    await check();
    expect(await find(renewed)).toMatchObject({ status: 'connected', expiresAt: later });

    const broken = await expiring(inDays(5));
    api.clock.advance(day);
    api.upstream.answerAccount = refusing('UserActionRequired', { upstreamCode: 'AC-104' });
    await check();
    expect(await find(broken)).toMatchObject({ status: 'reconnect_required', checkedAt: api.clock.now().toISOString() });

    // One that is marked is read when the person comes back.
    api.clock.advance(day);
    expect(await check()).toEqual({ checked: 0 });
  });

  it('leaves one as it is that upstream cannot answer for, and reads it an hour later', async () => {
    const connectionId = await expiring(inDays(5));
    const stored = await find(connectionId);
    api.clock.advance(day);
    api.upstream.answerAccount = refusing('UpstreamUnavailable');
    await check();
    expect(await find(connectionId)).toEqual(stored);

    api.clock.advance(3600);
    const expiresAt = inDays(9);
    api.upstream.answerAccount = async () => anAccount({ expiresAt });
    expect(await check()).toEqual({ checked: 1 });
    expect(await find(connectionId)).toMatchObject({ expiresAt });
  });

  it('is kept from no other by one that cannot be handled, and says so when all are read', async () => {
    const ids = [await expiring(inDays(5)), await expiring(inDays(6))];
    api.clock.advance(day);
    const read = api.deps.connections.find.bind(api.deps.connections);
    api.deps.connections.find = (merchantId, id) => (id === ids[0] ? Promise.reject(new Error('the row does not fit')) : read(merchantId, id));
    await expect(check()).rejects.toThrow();
    api.deps.connections.find = read;
    expect((await find(ids[1] ?? ''))?.checkedAt).toBe(api.clock.now().toISOString());
    expect(await check()).toEqual({ checked: 1 });
  });

  it('begins no other when its time is nearly over', async () => {
    await expiring(inDays(5));
    api.clock.advance(day);
    expect(await check(20)).toEqual({ checked: 0 });
    expect(await check()).toEqual({ checked: 1 });
  });
});
