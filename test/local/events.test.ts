import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import type { Event } from '../support/api-shapes.ts';
import { testEnvironment } from './environment.ts';
import { aConnection, aPerson, aUser } from './people.ts';
import { until } from './until.ts';

const environment = testEnvironment();

/** Follows a merchant's feed as its app would: in small pages, from the last event on. */
function follow(api: ApiClient, limit = 7) {
  const events: Event[] = [];
  const readOn = async (): Promise<void> => {
    const { body } = await api.listEvents({ after: events.at(-1)?.id, limit });
    events.push(...body.items);
    if (body.nextCursor !== null) await readOn();
  };
  return {
    events,
    /** Waits until a person has so many events, so that what a test does next happens after them. */
    heard: (userId: string, count: number) =>
      until(`event ${count} of a person`, async () => {
        await readOn();
        return events.filter((event) => event.userId === userId);
      }, (theirs) => theirs.length >= count),
  };
}

describe('what happens to a person', () => {
  it('is told in order, by ids, from the code to the data of each job, and to nobody else', async () => {
    const { api, otherApi, simulator } = environment();
    const { body: user } = await api.createUser(aPerson({ phoneNumber: '+12095550101' }));
    const feed = follow(api);
    const before = await feed.heard(user.id, 0);
    const { body: verified } = await api.verifyUser(user.id, '000000');
    await feed.heard(user.id, 1);
    const { body: saved } = await api.saveConnections(user.id, await simulator.link({ scenario: 'mfa', jobSeconds: 0.2, aeroPassUserUuid: verified.aeroPassUserUuid }));
    const connectionId = saved.items[0]?.id ?? '';
    await feed.heard(user.id, 2);

    const asking = await api.follow((await api.startJob(connectionId, { type: 'balance' })).body.id);
    await feed.heard(user.id, 3);
    await simulator.answer(asking.upstreamJobId);
    const ended = await until('the job ends', async () => (await api.getJob(asking.id, { waitSeconds: 5 })).body, ({ status }) => status === 'completed');
    const events = await feed.heard(user.id, 4);

    const about = { userId: user.id };
    const ofJob = { ...about, connectionId, jobId: ended.id };
    expect(before).toEqual([]);
    expect(events.map(({ type, userId, connectionId: ofConnection, jobId }) => ({ type, userId, connectionId: ofConnection, jobId }))).toEqual([
      { type: 'user.verified', ...about },
      { type: 'connection.linked', ...about, connectionId },
      { type: 'job.awaiting_mfa', ...ofJob },
      { type: 'job.ended', ...ofJob },
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
    // Whole minutes is what the Java engine tells of a change's time.
    expect(Math.abs(Date.parse(events[3]?.at ?? '') - Date.parse(ended.completedAt ?? ''))).toBeLessThan(61_000);
    expect(await follow(otherApi).heard(user.id, 0)).toEqual([]);
    await otherApi.refused('InvalidRequest', 'GET', `/v1/events?after=${events[3]?.id ?? ''}`);
  });

  it('is one event when they need no code', async () => {
    const { api } = environment();
    const { id } = await aUser(api);
    expect((await follow(api).heard(id, 1)).map(({ type }) => type)).toEqual(['user.verified']);
  });

  it('is told once more for each question of the bank', async () => {
    const { api, simulator } = environment();
    // Upstream's times have whole seconds: two questions within one are one delivery.
    const { id, userId } = await aConnection(api, simulator, { scenario: 'mfa_twice', jobSeconds: 4 });
    const { body: started } = await api.startJob(id, { type: 'balance' });
    const paused = await api.follow(started.id);
    const feed = follow(api);
    await feed.heard(userId, 3);
    await simulator.answer(paused.upstreamJobId);
    await feed.heard(userId, 4);
    await simulator.answer(paused.upstreamJobId);

    const types = (await feed.heard(userId, 5)).filter(({ jobId }) => jobId === started.id).map(({ type }) => type);
    expect(types).toEqual(['job.awaiting_mfa', 'job.awaiting_mfa', 'job.ended']);
  });

  it('is a changed connection and an ended job when the consent is revoked, and nothing when a check finds nothing new', async () => {
    const { api, simulator } = environment();
    const { id, userId } = await aConnection(api, simulator, { scenario: 'stuck' });
    const feed = follow(api);
    await feed.heard(userId, 2);
    await api.send('POST', `/v1/connections/${id}/check`);
    const { body: started } = await api.startJob(id, { type: 'balance' });
    await until('the job runs upstream', async () => (await api.getJob(started.id)).body, ({ upstreamJobId }) => upstreamJobId !== null);
    await simulator.revoke(id);
    await until('the job ends', async () => (await api.getJob(started.id, { waitSeconds: 5 })).body, ({ status }) => status === 'failed');

    const events = await feed.heard(userId, 4);
    expect(events.map(({ type }) => type).sort()).toEqual(['connection.changed', 'connection.linked', 'job.ended', 'user.verified']);
  });

  it('is an ended job when the merchant cancels it, and a changed connection when the merchant removes it, with the end of what ran on it', async () => {
    const { api, simulator } = environment();
    const { id, userId } = await aConnection(api, simulator, { scenario: 'stuck' });
    const feed = follow(api);
    await feed.heard(userId, 2);
    const { body: canceled } = await api.startJob(id, { type: 'balance' });
    await api.cancelJob(canceled.id);
    await feed.heard(userId, 3);
    const { body: cut } = await api.startJob(id, { type: 'identity' });
    await api.send('DELETE', `/v1/connections/${id}`);

    const told = (await feed.heard(userId, 5)).slice(2).map(({ type, jobId }) => `${type} ${jobId ?? ''}`);
    expect(told[0]).toBe(`job.ended ${canceled.id}`);
    expect(told.slice(1).sort()).toEqual(['connection.changed ', `job.ended ${cut.id}`]);
  });
});

describe('a follower', () => {
  it('who reads small pages while jobs run hears of each of them once', async () => {
    const { otherApi, simulator } = environment();
    const connections = await Promise.all(Array.from({ length: 12 }, () => aConnection(otherApi, simulator, { scenario: 'default', jobSeconds: 0.2, merchant: 'two' })));
    const started = await Promise.all(connections.map(async ({ id }) => (await otherApi.startJob(id, { type: 'balance' })).body.id));
    const wanted = connections.length * 3;

    const followed: Event[] = [];
    await until('every event', async () => {
      const { body } = await otherApi.listEvents({ after: followed.at(-1)?.id, limit: 3 });
      followed.push(...body.items);
      return followed.length;
    }, (count) => count >= wanted, 45_000);
    const ended = await Promise.all(started.map((id) => otherApi.follow(id)));

    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 'completed'));
    const count = (type: Event['type'], of: 'userId' | 'connectionId' | 'jobId') => followed.filter((event) => event.type === type).map((event) => event[of]).sort();
    expect(count('job.ended', 'jobId')).toEqual(ended.map(({ id }) => id).sort());
    expect(count('connection.linked', 'connectionId')).toEqual(connections.map(({ id }) => id).sort());
    expect(count('user.verified', 'userId')).toEqual(connections.map(({ userId }) => userId).sort());
    expect(new Set(followed.map(({ id }) => id)).size).toBe(wanted);
    const { body: rest } = await otherApi.listEvents({ after: followed.at(-1)?.id });
    expect(rest).toEqual({ items: [], nextCursor: null });
    const { body: whole } = await otherApi.listEvents({ limit: 500 });
    expect(whole.items).toEqual(followed);
  });

  it.each(['evt_1', 'x', `evt_${'f'.repeat(32)}`, `evt_${'0'.repeat(32)}`])('who goes on from what is no event of theirs is refused, by the name of the parameter: %s', async (after) => {
    const { api } = environment();
    await aUser(api);
    const problem = await api.refused('InvalidRequest', 'GET', `/v1/events?after=${after}`);
    expect(problem.errors?.map(({ path }) => path)).toEqual(['after']);
  });
});
